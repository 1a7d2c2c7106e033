namespace NativeHost.Actions.Models;

/// <summary>A load that is under way, which later requests for the same model join.</summary>
#pragma warning disable CA1001 // The source has no timer and no handle to free, and the last waiter may cancel it after the load has ended.
internal sealed class PendingLoad : IProgress<float>
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly List<IProgress<float>> _listeners = [];
    private IProgress<float>? _starter;
    private bool _isAbandoned;
    private bool _isForStarter;

    /// <summary>The load itself; set once, before anybody joins.</summary>
    public required Func<PendingLoad, CancellationToken, Task<LoadedModel>> Work { private get; init; }

    /// <summary>Whether the last that waited for it has left: it is ending, and nobody may join.</summary>
    public bool IsAbandoned
    {
        get
        {
            lock (_lock)
            {
                return _isAbandoned;
            }
        }
    }

    /// <summary>The load; null before anybody joined.</summary>
    public Task<LoadedModel>? Loading { get; private set; }

    /// <summary>Settles whether the model is loaded for who began the load: not where that one has left, and only others wait.</summary>
    public bool IsForStarter()
    {
        lock (_lock)
        {
            return _isForStarter = _starter is not null && _listeners.Contains(_starter);
        }
    }

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
            _starter ??= progress;
            Loading ??= Task.Run(() => Work(this, _abandoned.Token), CancellationToken.None);
        }

        try
        {
            return await Loading.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (IsSettledFor(progress))
        {
            // It holds the model already, and is told so.
            return await Loading;
        }
        finally
        {
            bool isAbandoned;
            lock (_lock)
            {
                _listeners.Remove(progress);
                isAbandoned = _listeners.Count == 0 && !Loading.IsCompleted;
                _isAbandoned |= isAbandoned;
            }

            if (isAbandoned)
            {
                await _abandoned.CancelAsync();
            }
        }
    }

    private bool IsSettledFor(IProgress<float> progress)
    {
        lock (_lock)
        {
            return _isForStarter && _starter == progress;
        }
    }
}
