using NativeHost.Logging;

namespace NativeHost.Actions.Models;

/// <summary>Looks now and then for models that need not stay in memory any longer, and lets them go.</summary>
/// <param name="available">Bytes of memory that the system can still give.</param>
/// <param name="reserve">Bytes that are to be left to the rest of the machine.</param>
internal sealed class WarmModels(ModelShelf shelf, Func<long> available, long reserve, HostLog log) : IAsyncDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ending = new();
    private Task _looking = Task.CompletedTask;

    /// <summary>What a machine of this size needs for all else: a twentieth, and at most a gibibyte.</summary>
    public static long ReserveOf(long totalBytes) => Math.Min(totalBytes / 20, 1L << 30);

    /// <summary>Begins to look; once.</summary>
    public void Start(TimeProvider time) => _looking = LookAsync(time);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task LookOnceAsync()
    {
        await shelf.EvictExpiredAsync();
        if (!shelf.IsIdle && available() is var left && left < reserve && await shelf.EvictLeastRecentAsync())
        {
            log.EvictedForMemory(left);
        }
    }

    private async Task LookAsync(TimeProvider time)
    {
        while (true)
        {
            await Task.Delay(Pause, time, _ending.Token);
            try
            {
                await LookOnceAsync();
            }
#pragma warning disable CA1031 // One model that cannot be let go must not keep the others for ever.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.EvictionFailed(e);
            }
        }
    }
}
