using System.CommandLine;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Store;
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
            var report = Remove(library, ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint));
            await output.WriteLineAsync($"Deleted {report.Files} file{(report.Files == 1 ? "" : "s")}, {PullWords.Bytes(report.FreedBytes)} are free again.");
            foreach (var held in report.Held)
            {
                await errors.WriteLineAsync($"tabagent: {held} is held by another program; it goes away later.");
            }

            return ExitCodes.Ok;
        }));
        return command;
    }

    private static DeletionReport Remove(ModelLibrary library, ModelAddress address)
    {
        if (address is { Quant: null, File: null, Revision: null })
        {
            return library.Deletion.DeleteRepository(address.Repo);
        }

        var files = library.Scan.TryRead(address.Repo)?.Revisions
            .Where(revision => address.Revision is null || revision.Commit == address.Revision || revision.References.Contains(address.Revision))
            .SelectMany(revision => revision.Files)
            .Select(file => file.Path)
            .Where(path => Is(path, address))
            .Distinct(StringComparer.Ordinal)
            .ToList() ?? [];
        return files.Count > 0
            ? library.Deletion.DeleteFiles(address.Repo, commit: null, files)
            : throw new ModelCacheException(CacheFault.NotCached, $"{address} is not in the cache. See what is: tabagent list");
    }

    private static bool Is(string path, ModelAddress address)
        => address.File is { } file ? path == file || ShardName.Parse(path)?.Sibling(1) == file
            : address.Quant is not { } quant || QuantLabel.OfPath(path)?.Text.Equals(quant, StringComparison.OrdinalIgnoreCase) == true;
}
