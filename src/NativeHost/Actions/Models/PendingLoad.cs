namespace NativeHost.Actions.Models;

/// <summary>A load that is under way, which later requests for the same model join.</summary>
#pragma warning disable CA1001 // The source has no timer and no handle to free, and the last waiter may cancel it after the load has ended.
internal sealed class PendingLoad : IProgress<float>
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<IProgress<float>> _listeners = [];

    /// <summary>The load itself; set once, before anybody joins.</summary>
    public required Func<PendingLoad, CancellationToken, Task<LoadedModel>> Work { private get; init; }

    private Task<LoadedModel>? Loading { get; set; }

    public void Report(float value)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners)
            {
                listener.Report(value);
            }
        }
    }

    /// <summary>Waits for the model with the others. The load is cancelled when nobody waits for it any more.</summary>
    public async Task<LoadedModel> JoinAsync(IProgress<float> progress, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _listeners.Add(progress);
            Loading ??= Task.Run(() => Work(this, _abandoned.Token), CancellationToken.None);
        }

        try
        {
            return await Loading.WaitAsync(cancellationToken);
        }
        finally
        {
            bool isLast;
            lock (_lock)
            {
                _listeners.Remove(progress);
                isLast = _listeners.Count == 0;
            }

            if (isLast && !Loading.IsCompleted)
            {
                await _abandoned.CancelAsync();
            }
        }
    }
}
