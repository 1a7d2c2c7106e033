using System.CommandLine;
using NativeHost.ModelCache.Hub;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent search</c>: which repositories of the hub hold GGUF models of a name.</summary>
internal static class SearchCommand
{
    private const int MostHits = 20;
    private static readonly string[] Heading = ["MODEL", "DOWNLOADS", "PARAMETERS", "LICENCE", "ACCESS"];

    public static Command Create(LibraryVerbs verbs)
    {
        var text = new Argument<string>("text") { Description = "A part of the name." };
        var json = LibraryVerbs.JsonOption();
        var command = new Command("search", "Search the hub for models that can be pulled, the most downloaded first.") { text, json };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var words = verbs.WordsBeside(result.GetValue(json));
            await words.DrawAsync($"Asking {library.Settings.Endpoint.Host} ...");
            var hits = await library.Hub.SearchAsync(result.GetValue(text)!, MostHits, cancellationToken);
            await words.EraseAsync();
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(SearchOutcome.Of(hits), ModelsJson.Default.SearchOutcome);
            }
            else
            {
                await words.WriteLineAsync(hits.Count == 0
                    ? "The hub has no GGUF model of this name."
                    : string.Join(Environment.NewLine, TextTable.Lines(Heading, [.. hits.Select(Row)])));
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    private static string[] Row(SearchHit hit)
        =>
        [
            hit.Repo.ToString(),
            hit.Description.Downloads is { } downloads ? Amounts.Count(downloads) : "-",
            hit.Description.Gguf?.Parameters is { } parameters ? Amounts.Parameters(parameters) : "-",
            hit.Description.License ?? "-",
            hit.Description.Gate == RepoGate.None ? "-" : "gated",
        ];
}
