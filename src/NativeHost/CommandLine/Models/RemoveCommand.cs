using System.CommandLine;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent rm</c>: a model leaves this machine.</summary>
internal static class RemoveCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var address = new Argument<string>("model") { Description = "As tabagent list shows it; owner/name alone for all that is here of the repository." };
        var command = new Command("rm", "Delete a model from the cache. One that is loaded is not deleted.") { address };
        command.SetAction((result, _) => LibraryVerb.RunAsync(errors, async library =>
        {
            var report = library.Remove(ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint));
            await output.WriteLineAsync($"Deleted {report.Files} file{(report.Files == 1 ? "" : "s")}, {PullWords.Bytes(report.FreedBytes)} are free again.");
            foreach (var held in report.Held)
            {
                await errors.WriteLineAsync($"tabagent: {held} is held by another program; it goes away later.");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }
}
