using System.CommandLine;
using NativeHost.Library;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent verify</c>: are the bytes those that the hub promised?</summary>
internal static class VerifyCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(125);

    public static Command Create(LibraryVerbs verbs)
    {
        var address = new Argument<string>("model") { Description = "owner/name of a repository in the cache." };
        var json = LibraryVerbs.JsonOption();
        var command = new Command(
            "verify", "Read all bytes of a repository in the cache and compare them with their hashes, without a network. Bad ones are put aside.")
        {
            address,
            json,
        };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(async library =>
        {
            var repo = ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint).Repo;
            var words = verbs.WordsBeside(result.GetValue(json));
            IReadOnlyList<VerifiedContent> found =
                [.. (await VerifyAsync(library, repo, words, cancellationToken)).OrderBy(content => string.Join(' ', content.Files), StringComparer.Ordinal)];
            await words.EraseAsync();
            var bad = found.Count(content => content.State is VerifiedState.Bad or VerifiedState.Missing);
            if (result.GetValue(json))
            {
                await verbs.WriteJsonAsync(VerifyOutcome.Of(repo, found, bad), ModelsJson.Default.VerifyOutcome);
            }
            else
            {
                foreach (var content in found)
                {
                    await words.WriteLineAsync($"{Word(content.State, words)}  {string.Join(", ", content.Files.Select(FileOf))}");
                }
            }

            if (bad > 0)
            {
                await verbs.ComplainAsync($"{bad} of {found.Count} are not what they should be. Pull the model again.");
            }

            return bad > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<IReadOnlyList<VerifiedContent>> VerifyAsync(ModelLibrary library, RepoId repo, Screen words, CancellationToken cancellationToken)
    {
        var total = library.Scan.TryRead(repo)?.BytesOnDisk ?? 0;
        var read = new ByteCount();
        var progress = new ProgressLine(words);
        var verifying = library.VerifyAsync(repo, read, cancellationToken);
        while (await Task.WhenAny(verifying, Task.Delay(BetweenLooks, CancellationToken.None)) != verifying)
        {
            await progress.ShowAsync(Math.Min(read.Bytes, total), total, "");
        }

        return await verifying;
    }

    // A commit and a path: the commit says nothing to a person.
    private static string FileOf(string file) => file[(file.IndexOf('/') + 1)..];

    private static string Word(VerifiedState state, Screen words) => state switch
    {
        VerifiedState.Good => words.Good("good    "),
        VerifiedState.Bad => words.Warning("BAD     "),
        VerifiedState.Missing => words.Warning("MISSING "),
        VerifiedState.Changing => "changing",
        _ => "unknown ",
    };
}
