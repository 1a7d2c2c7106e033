using System.Threading.Channels;

namespace NativeHost.Tests;

/// <summary>A time in which one delay after the other begins, and ends when the test says so.</summary>
internal sealed class DelayByDelayTime : TimeProvider
{
    private readonly Channel<Delay> _begun = Channel.CreateUnbounded<Delay>();
    private Delay? _current;

    /// <summary>Waits until the tested code waits.</summary>
    public async Task WaitForDelayAsync() => _current = await _begun.Reader.ReadAsync(Patience.Token);

    /// <summary>Ends the delay that was waited for.</summary>
    public void EndDelay() => _current!.End();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var delay = new Delay(() => callback(state));
        _begun.Writer.TryWrite(delay);
        return delay;
    }

    private sealed class Delay(Action end) : ITimer
    {
        public void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
