using System.CommandLine;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent verify</c>: are the bytes those that the hub promised?</summary>
internal static class VerifyCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var address = new Argument<string>("model") { Description = "owner/name of a repository in the cache." };
        var command = new Command(
            "verify", "Read all bytes of a repository in the cache and compare them with their hashes, without a network. Bad ones are put aside.")
        {
            address,
        };
        command.SetAction((result, cancellationToken) => LibraryVerb.RunAsync(errors, async library =>
        {
            var repo = ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint).Repo;
            var found = await library.VerifyAsync(repo, progress: null, cancellationToken);
            foreach (var content in found)
            {
                await output.WriteLineAsync($"{Word(content.State)}  {string.Join(", ", content.Files.Select(FileOf))}");
            }

            var bad = found.Count(content => content.State is VerifiedState.Bad or VerifiedState.Missing);
            if (bad > 0)
            {
                await errors.WriteLineAsync($"tabagent: {bad} of {found.Count} are not what they should be. Pull the model again.");
            }

            return bad > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        }));
        return command;
    }

    // A commit and a path: the commit says nothing to a person.
    private static string FileOf(string file) => file[(file.IndexOf('/') + 1)..];

    private static string Word(VerifiedState state) => state switch
    {
        VerifiedState.Good => "good    ",
        VerifiedState.Bad => "BAD     ",
        VerifiedState.Missing => "MISSING ",
        VerifiedState.Changing => "changing",
        _ => "unknown ",
    };
}
