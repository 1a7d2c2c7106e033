using System.CommandLine;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent pull</c>: a model comes onto this machine.</summary>
internal static class PullCommand
{
    private const string PerSecond = "/s";

    public static Command Create(LibraryVerbs verbs)
    {
        var address = new Argument<string>("model") { Description = "owner/name, owner/name:QUANT or owner/name/file.gguf; what stands in a browser's address line works, too." };
        var json = LibraryVerbs.JsonOption();
        var plan = new Option<bool>("--plan") { Description = "Tell what would be done, and do nothing." };
        var limit = new Option<string?>("--limit") { Description = "Bytes a second that it may take of the network, such as 5MB.", HelpName = "speed" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && BytesPerSecond(text) is null)
            {
                result.AddError("--limit is a number of bytes, kB, MB or GB a second, such as 500kB or 5MB.");
            }
        });
        var command = new Command(
            "pull",
            """
            Download a model into the cache that other tools for the Hugging Face hub use, too. Without a quant, the best that this machine
            has memory for. A download that was broken off goes on where it was; each byte is verified. Example:
              tabagent pull unsloth/Qwen3-1.7B-GGUF:Q4_K_M
            """)
        {
            address,
            json,
            plan,
            limit,
        };
        command.SetAction((result, cancellationToken) => verbs.RunAsync(library =>
        {
            if (result.GetValue(limit) is { } text)
            {
                library.Bandwidth.BytesPerSecond = BytesPerSecond(text);
            }

            var pulling = new Pulling(library, verbs, result.GetValue(json));
            return pulling.RunAsync(ModelAddress.Parse(result.GetValue(address)!, library.Settings.Endpoint), result.GetValue(plan), cancellationToken);
        }));
        return command;
    }

    private static long? BytesPerSecond(string text)
        => Amounts.TryParseBytes(text.EndsWith(PerSecond, StringComparison.Ordinal) ? text[..^PerSecond.Length] : text);
}
