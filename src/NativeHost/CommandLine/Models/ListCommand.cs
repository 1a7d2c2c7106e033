using System.CommandLine;
using System.Text.Json;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent list</c>: the models on this machine.</summary>
internal static class ListCommand
{
    private static readonly string[] Heading = ["MODEL", "SIZE", "STATE"];

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "Print them as JSON." };
        var command = new Command("list", "List the models in the cache, whichever tool has downloaded them.") { json };
        command.SetAction((result, cancellationToken) => LibraryVerb.RunAsync(errors, async library =>
        {
            var contents = library.Scan.Read(cancellationToken);
            var models = Models(contents).ToList();
            await output.WriteLineAsync(result.GetValue(json)
                ? JsonSerializer.Serialize<IReadOnlyList<ListedModel>>(models, ModelsJson.Default.IReadOnlyListListedModel)
                : Describe(models, library.Cache.Root));
            foreach (var problem in contents.Problems)
            {
                await errors.WriteLineAsync($"tabagent: {problem}");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    /// <summary>The models among the files, a split one as one.</summary>
    public static IEnumerable<ListedModel> Models(CacheContents contents)
        => from repository in contents.Repositories
           from revision in repository.Revisions
           from model in revision.Files.Where(file => file.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)).GroupBy(file => ShardName.Parse(file.Path)?.Sibling(1) ?? file.Path)
           orderby repository.Repo.ToString(), model.Key
           select new ListedModel(
               repository.Repo.ToString(),
               QuantLabel.OfPath(model.Key)?.Text,
               revision.Commit,
               model.Sum(file => file.Size),
               model.Max(file => file.State).ToString().ToLowerInvariant(),
               model.Key);

    private static string Describe(List<ListedModel> models, string root)
        => models.Count == 0
            ? $"There is no model in {root}. Get one: tabagent pull unsloth/Qwen3-1.7B-GGUF"
            : string.Join(Environment.NewLine, TextTable.Lines(Heading, [.. models.Select(Row)]));

    private static string[] Row(ListedModel model)
        => [$"{model.Repo}{(model.Quant is { } quant ? $":{quant}" : $"/{model.Path}")}", PullWords.Bytes(model.Bytes), model.State];
}
