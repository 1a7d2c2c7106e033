using System.CommandLine;
using System.Globalization;
using NativeHost.ModelCache.Hub;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent search</c>: which repositories of the hub hold GGUF models of a name.</summary>
internal static class SearchCommand
{
    private const int MostHits = 20;
    private static readonly string[] Heading = ["MODEL", "DOWNLOADS", "PARAMETERS", "LICENCE"];

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var text = new Argument<string>("text") { Description = "A part of the name." };
        var command = new Command("search", "Search the hub for models that can be pulled, the most downloaded first.") { text };
        command.SetAction((result, cancellationToken) => LibraryVerb.RunAsync(errors, async library =>
        {
            var hits = await library.Hub.SearchAsync(result.GetValue(text)!, MostHits, cancellationToken);
            await output.WriteLineAsync(hits.Count == 0
                ? "The hub has no GGUF model of this name."
                : string.Join(Environment.NewLine, TextTable.Lines(Heading, [.. hits.Select(Row)])));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static string[] Row(SearchHit hit)
        =>
        [
            hit.Repo.ToString(),
            hit.Description.Downloads?.ToString("N0", CultureInfo.InvariantCulture) ?? "-",
            hit.Description.Gguf?.Parameters is { } parameters ? string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.#} B") : "-",
            hit.Description.License ?? "-",
        ];
}
