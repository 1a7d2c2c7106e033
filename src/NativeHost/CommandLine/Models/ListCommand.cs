using System.CommandLine;
using System.Text.Json;
using NativeHost.Library;

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
            var models = CachedModel.AllOf(contents).Select(Of).ToList();
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

    private static ListedModel Of(CachedModel model)
        => new(model.Repo.ToString(), model.Quant?.Text, model.Commit, model.Bytes, model.State.ToString().ToLowerInvariant(), model.Path);

    private static string Describe(List<ListedModel> models, string root)
        => models.Count == 0
            ? $"There is no model in {root}. Get one: tabagent pull unsloth/Qwen3-1.7B-GGUF"
            : string.Join(Environment.NewLine, TextTable.Lines(Heading, [.. models.Select(Row)]));

    private static string[] Row(ListedModel model)
        => [$"{model.Repo}{(model.Quant is { } quant ? $":{quant}" : $"/{model.Path}")}", PullWords.Bytes(model.Bytes), model.State];
}
