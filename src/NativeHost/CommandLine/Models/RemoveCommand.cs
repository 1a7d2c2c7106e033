using System.CommandLine;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent rm</c>: a model leaves this machine.</summary>
internal static class RemoveCommand
{
    public static Command Create(LibraryVerbs verbs)
    {
        var address = new Argument<string>("model") { Description = "As tabagent list shows it; owner/name alone for all that is here of the repository." };
        var json = LibraryVerbs.JsonOption();
        var command = new Command("rm", "Delete a model from the cache. One that is loaded is not deleted.") { address, json };
        command.SetAction((result, _) => verbs.RunAsync(async library =>
        {
            var meant = ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint);
            var report = library.Remove(meant);
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(new RemoveOutcome(meant.ToString(), report.Files, report.FreedBytes, report.Held), ModelsJson.Default.RemoveOutcome);
            }
            else
            {
                await verbs.WordsBeside(isJson: false).WriteLineAsync(
                    $"Deleted {report.Files} file{(report.Files == 1 ? "" : "s")}, {Amounts.Bytes(report.FreedBytes)} are free again.");
            }

            foreach (var held in report.Held)
            {
                await verbs.ComplainAsync($"{held} is held by another program; it goes away later.");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }
}
