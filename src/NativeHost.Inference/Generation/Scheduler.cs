using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace NativeHost.Inference.Generation;

/// <summary>The one thread that drives a model. Generations take turns on it, in order of arrival.</summary>
/// <remarks>It is the model's only user from its start to the end of <see cref="CloseAsync"/>.</remarks>
internal sealed class Scheduler : IDisposable
{
    private readonly BlockingCollection<PendingGeneration> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AbortSignal _abort = new();
    private readonly GenerationLoop _loop;
    private readonly Lock _gate = new();
    private PendingGeneration? _current;
    private bool _isClosing;

    public Scheduler(ILanguageModel model, TimeProvider time)
    {
        _loop = new GenerationLoop(model, _abort, time);
        new Thread(Work) { IsBackground = true, Name = "model scheduler" }.Start();
    }

    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public void Enqueue(PendingGeneration generation)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, typeof(IModelHost));
            _queue.Add(generation);
        }
    }

    /// <summary>Stops what runs and what waits, and ends the thread.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosing = true;
            _queue.CompleteAdding();
            _current?.Stop();
        }

        return _ended.Task;
    }

    /// <summary>Frees what is left after <see cref="CloseAsync"/>.</summary>
    public void Dispose()
    {
        _queue.Dispose();
        _abort.Dispose();
    }

    private void Work()
    {
        while (RunNext())
        {
        }

        _ended.SetResult();
    }

    /// <summary>Waits for a generation and runs it to its end.</summary>
    /// <returns>False where none comes any more.</returns>
    /// <remarks>
    /// A call of its own for each: the next generation may be long in coming, and a loop's variable or an enumerator would hold the
    /// last one meanwhile, with a prompt and an answer that may be large.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        if (!_queue.TryTake(out var generation, Timeout.Infinite))
        {
            return false;
        }

        lock (_gate)
        {
            _current = generation;
            if (_isClosing)
            {
                generation.Stop();
            }
        }

        if (generation.TryStart(_abort))
        {
            Run(generation);
        }

        lock (_gate)
        {
            _current = null;
        }

        return true;
    }

    private void Run(PendingGeneration generation)
    {
        try
        {
            generation.End(_loop.Run(generation.Request, generation));
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to its reader; the model serves the next one.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            generation.Fail(failure);
        }
    }
}
