using System.Runtime.CompilerServices;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference.Generation;

/// <summary>The one thread that drives a model. Generations share its steps, as many as the model has sequences; others wait in a queue.</summary>
/// <remarks>It is the model's only user from its start to the end of <see cref="CloseAsync"/>.</remarks>
internal sealed class Scheduler : IDisposable
{
    private readonly GenerationQueue _queue = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AutoResetEvent _somethingNew = new(initialState: false);
    private readonly AbortSignal _abort = new();
    private readonly StepStops _stops;
    private readonly GenerationLoop _loop;
    private readonly Action _wake;
    private readonly TimeSpan _idleTime;
    private readonly Lock _gate = new();
    private bool _isDisposed;

    /// <param name="prefixes">Where computed prompts are kept; null for nowhere.</param>
    public Scheduler(ILanguageModel model, PromptBuilder prompts, TimeProvider time, PrefixStore? prefixes = null)
    {
        _stops = new StepStops(_abort);
        _loop = new GenerationLoop(model, prompts, _stops, time, prefixes);
        _idleTime = prefixes?.IdleTime ?? Timeout.InfiniteTimeSpan;
        _wake = Wake;
        new Thread(Work) { IsBackground = true, Name = "model scheduler" }.Start();
    }

    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Enqueue(PendingGeneration generation)
    {
        generation.JoinQueue(_wake);
        _queue.Add(generation);
        Wake();
    }

    /// <summary>Stops what runs and what waits, and ends the thread.</summary>
    public Task CloseAsync()
    {
        _queue.Close();
        _stops.Close();
        Wake();
        return _ended.Task;
    }

    /// <summary>Frees what is left after <see cref="CloseAsync"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _somethingNew.Dispose();
        }

        _abort.Dispose();
    }

    /// <summary>Lets the thread look for what has changed. Comes late from readers of a model that is gone.</summary>
    private void Wake()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _somethingNew.Set();
            }
        }
    }

    private void Work()
    {
        while (WorkOn())
        {
            while (!_somethingNew.WaitOne(_loop.HasUnsaved ? _idleTime : Timeout.InfiniteTimeSpan))
            {
                _loop.SaveNext();
            }
        }

        _ended.SetResult();
    }

    /// <summary>Takes generations in and computes, until there is nothing to compute.</summary>
    /// <returns>False where nothing comes any more.</returns>
    /// <remarks>
    /// A call of its own: the next generation may be long in coming, and a loop's variable would hold the last one meanwhile, with a
    /// prompt and an answer that may be large.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WorkOn()
    {
        do
        {
            if (_queue.IsClosed)
            {
                _loop.StopAll();
                return false;
            }

            _loop.Admit(_queue);
        }
        while (_loop.Step());

        return true;
    }
}
