using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>Looks at a cache again and again, as long as a test does something to it.</summary>
internal sealed class InvariantWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly CacheInvariants _invariants;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _complaints = [];
    private readonly Task _watching;
    private int _looks;

    public InvariantWatch(string home, params string[] secrets)
    {
        _invariants = new CacheInvariants(home, secrets);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>How often it has looked.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Ends the watch: all was right each time, and is.</summary>
    public async Task AssertHeldAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _complaints.AddRange(_invariants.Check());
        Assert.True(_complaints.Count == 0, string.Join('\n', _complaints));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _complaints.AddRange(_invariants.Check());
            Interlocked.Increment(ref _looks);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
