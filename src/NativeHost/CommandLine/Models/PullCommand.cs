using System.CommandLine;
using System.Text.Json;
using NativeHost.Inference.Machine;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;

namespace NativeHost.CommandLine.Models;

/// <summary><c>tabagent pull</c>: a model comes onto this machine.</summary>
internal static class PullCommand
{
    // To the line's start, and what is behind the cursor away.
    private const string SameLine = "\r\e[K";

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var address = new Argument<string>("model") { Description = "owner/name, owner/name:QUANT or owner/name/file.gguf; what stands in a browser's address line works, too." };
        var json = new Option<bool>("--json") { Description = "Print the outcome as JSON, and nothing else to stdout." };
        var plan = new Option<bool>("--plan") { Description = "Tell what would be done, and do nothing." };
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
        };
        command.SetAction((result, cancellationToken) => LibraryVerb.RunAsync(
            errors,
            library => new Pulling(library, output, errors, result.GetValue(json)).RunAsync(result.GetValue(address)!, result.GetValue(plan), cancellationToken)));
        return command;
    }

    private sealed class Pulling(ModelLibrary library, TextWriter output, TextWriter errors, bool asJson)
    {
        /// <summary>Where words for a person go.</summary>
        private readonly TextWriter _words = asJson ? errors : output;

        public async Task<int> RunAsync(string text, bool onlyPlans, CancellationToken cancellationToken)
        {
            var freeMemory = AvailableMemory.Bytes();
            var plan = await library.Planner.PlanAsync(ModelAddress.Parse(text, library.Settings.Endpoint), freeMemory, new FitSettings(), cancellationToken);
            foreach (var line in PullWords.Plan(plan, ModelCache.Blobs.DiskSpace.FreeBytes(library.Cache.Root), freeMemory))
            {
                await _words.WriteLineAsync(line);
            }

            if (onlyPlans)
            {
                return asJson ? await TellAsync(plan, "planned", null) : ExitCodes.Ok;
            }

            var job = library.Pulls.Start(plan, priority: 0);
            var end = await FollowAsync(job, cancellationToken);
            if (end.State != PullState.Completed)
            {
                throw end.Failure ?? new ModelCacheException(CacheFault.Network, "The download was stopped. What came is kept: the same command goes on from there.");
            }

            var path = library.Cache.PathOf(plan.Repo, plan.Commit, plan.Files[0].Path);
            await _words.WriteLineAsync(end.ReceivedBytes == 0 ? $"Already here, verified: {path}" : $"Here, verified: {path}");
            return asJson ? await TellAsync(plan, "completed", path) : ExitCodes.Ok;
        }

        private async Task<PullStatus> FollowAsync(PullJob job, CancellationToken cancellationToken)
        {
            var isScreen = !Terminal.OutputIsRedirected && !asJson;
            var tenths = 0L;
            var status = job.Status;
            try
            {
                while (status.IsActive)
                {
                    if (isScreen)
                    {
                        await _words.WriteAsync(SameLine + PullWords.Progress(status));
                        await _words.FlushAsync(cancellationToken);
                    }
                    else if (status.TotalBytes > 0 && status.DurableBytes * 10 / status.TotalBytes > tenths)
                    {
                        tenths = status.DurableBytes * 10 / status.TotalBytes;
                        await _words.WriteLineAsync(PullWords.Progress(status));
                    }

                    status = await job.ChangedAsync(status, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                await errors.WriteLineAsync($"{(isScreen ? Environment.NewLine : "")}Stopped. What came is kept: the same command goes on from there.");
                throw;
            }

            if (isScreen)
            {
                await _words.WriteAsync(SameLine);
            }

            return status;
        }

        private async Task<int> TellAsync(PullPlan plan, string state, string? path)
        {
            var outcome = new PullOutcome(
                state, plan.Repo.ToString(), plan.Commit, plan.Variant.LabelText, plan.Variant.TotalBytes, plan.MissingBytes, [.. plan.Files.Select(file => file.Path)], path);
            await output.WriteLineAsync(JsonSerializer.Serialize(outcome, ModelsJson.Default.PullOutcome));
            return ExitCodes.Ok;
        }
    }
}
