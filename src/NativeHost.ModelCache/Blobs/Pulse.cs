namespace NativeHost.ModelCache.Blobs;

/// <summary>Wakes whoever waits for something to have changed.</summary>
/// <remarks>Any thread. Take <see cref="Next"/> first, look at what you wait for, and only then await it: a change in between is not missed.</remarks>
internal sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Fire() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
