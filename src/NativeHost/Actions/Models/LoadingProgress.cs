using NativeHost.Messages;
using NativeHost.ModelCache.Downloads;
using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>How far a load is, as clients are told.</summary>
/// <param name="Status">Of the phase <c>loading</c>; of the others always <c>progress</c>.</param>
/// <param name="Phase">What is done to the model; only <c>loading</c> always comes.</param>
/// <param name="Progress">Percent of the phase, 0 to 100; never falls in it.</param>
/// <param name="File">The file's name.</param>
/// <param name="Message">The same in words for a person.</param>
/// <param name="Loaded">Bytes that are here; only while it is downloaded.</param>
/// <param name="Total">Bytes that there are to be; only while it is downloaded.</param>
internal sealed record LoadingProgressPayload(
    [property: OneOf("initiate", "progress", "done")] string Status,
    [property: OneOf("downloading", "verifying", "loading")] string Phase,
    int Progress,
    string File,
    string Message,
    long? Loaded = null,
    long? Total = null);

/// <summary>Turns reports, which come on any thread and as often as they like, into a few event frames.</summary>
internal sealed class LoadingProgress : IProgress<float>, IProgress<long>
{
    private const string Loading = "loading";
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    private volatile int _percent;
    private long _bytes;

    private LoadingProgress(long totalBytes) => TotalBytes = totalBytes;

    private long TotalBytes { get; }

    public void Report(float value) => _percent = Math.Max(_percent, Math.Clamp((int)(value * 100), 0, 100));

    /// <param name="value">Bytes that were read in this step.</param>
    public void Report(long value) => Report((float)Interlocked.Add(ref _bytes, value) / Math.Max(TotalBytes, 1));

    /// <summary>Tells how far the download is that comes before a load.</summary>
    public static ValueTask DownloadedAsync(Exchange exchange, PullJob job, PullStatus status, CancellationToken cancellationToken)
        => SendAsync(
            exchange,
            new LoadingProgressPayload(
                "progress",
                "downloading",
                status.Percent,
                job.Plan.Files[0].Path,
                $"Downloading: {status.DurableBytes}/{status.TotalBytes} bytes",
                status.DurableBytes,
                status.TotalBytes),
            cancellationToken);

    /// <summary>Runs a check of a file and reports on it, where it takes long enough.</summary>
    /// <param name="bytes">Of the file.</param>
    public static Task VerifiedAsync(
        Exchange exchange, string file, long bytes, Func<IProgress<long>, Task<string>> verify, CancellationToken cancellationToken)
    {
        var progress = new LoadingProgress(bytes);
        return FollowAsync(
            progress,
            verify(progress),
            percent => SendAsync(
                exchange, new LoadingProgressPayload("progress", "verifying", percent, file, $"Verifying {file}: {percent} %"), cancellationToken));
    }

    /// <summary>Runs a load and reports on it: its start, how far it is at most 20 times a second, its end.</summary>
    public static async Task<T> ReportAsync<T>(
        Exchange exchange, string file, Func<IProgress<float>, Task<T>> load, CancellationToken cancellationToken)
    {
        await SendAsync(exchange, new LoadingProgressPayload("initiate", Loading, 0, file, $"Loading {file}"), cancellationToken);
        var progress = new LoadingProgress(totalBytes: 0);
        var result = await FollowAsync(
            progress,
            load(progress),
            percent => SendAsync(
                exchange, new LoadingProgressPayload("progress", Loading, percent, file, $"Loading {file}: {percent} %"), cancellationToken));
        await SendAsync(exchange, new LoadingProgressPayload("done", Loading, 100, file, $"Loaded {file}"), cancellationToken);
        return result;
    }

    private static async Task<T> FollowAsync<T>(LoadingProgress progress, Task<T> work, Func<int, ValueTask> tell)
    {
        var sent = 0;
        while (await Task.WhenAny(work, Task.Delay(LeastPause, CancellationToken.None)) != work)
        {
            var percent = progress._percent;
            if (percent > sent)
            {
                sent = percent;
                await tell(percent);
            }
        }

        return await work;
    }

    private static ValueTask SendAsync(Exchange exchange, LoadingProgressPayload payload, CancellationToken cancellationToken)
        => exchange.SendAsync(ActionEvents.LoadingProgress, payload, cancellationToken);
}
