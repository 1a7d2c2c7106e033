using NativeHost.Routing;

namespace NativeHost.Actions.Models;

/// <summary>How far a load is, as clients are told.</summary>
/// <param name="Status"><c>initiate</c>, <c>progress</c> or <c>done</c>.</param>
/// <param name="Progress">Percent, 0 to 100; never falls.</param>
/// <param name="File">The file's name.</param>
internal sealed record LoadingProgressPayload(string Status, int Progress, string File, string Message);

/// <summary>Turns an engine's reports, which come on any thread and as often as it likes, into a few event frames.</summary>
internal sealed class LoadingProgress : IProgress<float>
{
    private const string EventType = "modelWorkerLoadingProgress";
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(50);

    private volatile int _percent;

    public void Report(float value) => _percent = Math.Max(_percent, Math.Clamp((int)(value * 100), 0, 100));

    /// <summary>Runs a load and reports on it: its start, how far it is at most 20 times a second, its end.</summary>
    public static async Task<T> ReportAsync<T>(
        Exchange exchange, string file, Func<IProgress<float>, Task<T>> load, CancellationToken cancellationToken)
    {
        await SendAsync(exchange, new LoadingProgressPayload("initiate", 0, file, $"Loading {file}"), cancellationToken);
        var progress = new LoadingProgress();
        var loading = load(progress);
        var sent = 0;
        while (await Task.WhenAny(loading, Task.Delay(LeastPause, CancellationToken.None)) != loading)
        {
            var percent = progress._percent;
            if (percent > sent)
            {
                sent = percent;
                await SendAsync(
                    exchange, new LoadingProgressPayload("progress", percent, file, $"Loading {file}: {percent} %"), cancellationToken);
            }
        }

        var result = await loading;
        await SendAsync(exchange, new LoadingProgressPayload("done", 100, file, $"Loaded {file}"), cancellationToken);
        return result;
    }

    private static ValueTask SendAsync(Exchange exchange, LoadingProgressPayload payload, CancellationToken cancellationToken)
        => exchange.SendAsync(EventType, payload, ActionsJson.Default.EventFrameLoadingProgressPayload, cancellationToken);
}
