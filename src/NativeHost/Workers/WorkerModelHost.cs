using System.Runtime.CompilerServices;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;

namespace NativeHost.Workers;

/// <summary>A model that lives in a process of its own. A crash costs what ran there; the next generation loads it again.</summary>
internal sealed class WorkerModelHost : IModelHost
{
    /// <summary>Crashes in a row after which it is not loaded again unasked.</summary>
    private const int MaxCrashes = 3;

    private readonly WorkerModelLoader _loader;
    private readonly string _path;
    private readonly ModelLoadOptions _options;
    private readonly SemaphoreSlim _reloadTurn = new(1, 1);
    private readonly ITimer _watch;
    private volatile WorkerLink _link;
    private WorkerLink? _counted;
    private int _crashesInARow;
    private int _isDisposed;

    /// <param name="link">A worker that has loaded the model; owned from here on.</param>
    public WorkerModelHost(WorkerModelLoader loader, string path, ModelLoadOptions options, WorkerLink link, LoadedReport loaded)
    {
        (_loader, _path, _options, _link) = (loader, path, options, link);
        (Card, ContextTokens) = (loaded.Card, loaded.ContextTokens);
        _watch = loader.Time.CreateTimer(_ => _link.Watch(loader.Patience), null, loader.Patience.Pause, loader.Patience.Pause);
    }

    public ModelCard Card { get; }

    public int ContextTokens { get; }

    public int ProcessId => _link.ProcessId;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request breaks a rule of <see cref="GenerationRequest"/>; thrown by the call itself.</exception>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken stop, CancellationToken answerNow = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        GenerationRules.Check(request);
        return ReadAsync(request, stop, answerNow);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The request breaks a rule of <see cref="GenerationRequest"/>.</exception>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<int> CountTokensAsync(GenerationRequest request, CancellationToken stop)
    {
        GenerationRules.Check(request);

        // Nothing in it can be stopped, and a worker that does not stop would be taken for one that hangs.
        return AskAsync<int>(new WorkerRequest(WorkerOperation.Count, Number: 0) { Generation = request }, CancellationToken.None).WaitAsync(stop);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public async Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop)
        => (await AskAsync<VectorsReport>(new WorkerRequest(WorkerOperation.Embed, Number: 0) { Embedding = request }, stop)).Result();

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<RerankResult> RerankAsync(RerankRequest request, CancellationToken stop)
        => AskAsync<RerankResult>(new WorkerRequest(WorkerOperation.Rerank, Number: 0) { Rerank = request }, stop);

    /// <inheritdoc/>
    public async Task ReviveAsync(CancellationToken cancellationToken)
    {
        if (_link.HasEnded && Volatile.Read(ref _isDisposed) == 0)
        {
            Volatile.Write(ref _crashesInARow, 0);
            await LiveLinkAsync(cancellationToken);
        }
    }

    /// <summary>Ends the process, and with it what runs there.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _watch.DisposeAsync();
        await _reloadTurn.WaitAsync();
        await _link.EndAsync();
        _link.Dispose();
        _reloadTurn.Dispose();
    }

    /// <summary>Asks for what is told at once.</summary>
    /// <param name="request">Gets its number here.</param>
    private async Task<T> AskAsync<T>(WorkerRequest request, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        var link = await LiveLinkAsync(stop);
        var work = new WorkerAnswer<T>();
        var number = link.Begin(work);
        await using var registration = stop.UnsafeRegister(_ => link.Stop(number), null);
        await link.AskAsync(work, request with { Number = number });
        var answer = await work.Answer;
        Volatile.Write(ref _crashesInARow, 0);
        return answer;
    }

    private async IAsyncEnumerable<GenerationEvent> ReadAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken stop, CancellationToken answerNow)
    {
        var link = await LiveLinkAsync(stop);
        var generation = new WorkerGeneration();
        var number = link.Begin(generation);
        var hasEnded = false;
        try
        {
            // Before the request, which a worker that does not read never takes.
            await using var registration = stop.UnsafeRegister(_ => link.Stop(number), null);
            await using var answer = answerNow.UnsafeRegister(_ => link.AnswerNow(number), null);
            await link.AskAsync(generation, new WorkerRequest(WorkerOperation.Generate, number) { Generation = request });
            while (await generation.Events.WaitAsync())
            {
                while (generation.Events.TryTake(out var next))
                {
                    hasEnded = next.Kind == GenerationEventKind.Completed;
                    if (hasEnded)
                    {
                        Volatile.Write(ref _crashesInARow, 0);
                    }

                    yield return next;
                }
            }
        }
        finally
        {
            if (!hasEnded)
            {
                link.Stop(number);
            }
        }
    }

    /// <summary>The worker; a new one where it has ended.</summary>
    private async Task<WorkerLink> LiveLinkAsync(CancellationToken stop)
    {
        if (!_link.HasEnded)
        {
            return _link;
        }

        await _reloadTurn.WaitAsync(stop);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            if (!_link.HasEnded)
            {
                return _link;
            }

            if (_counted != _link)
            {
                // One crash, however many generations it took with it.
                _counted = _link;
                Interlocked.Increment(ref _crashesInARow);
            }

            if (Volatile.Read(ref _crashesInARow) >= MaxCrashes)
            {
                throw new EngineCrashedException(
                    $"The engine's process crashed {MaxCrashes} times in a row with this model. Load it again to try once more.", []);
            }

            var ended = _link;
            var link = await ReloadAsync(stop);
            _link = link;
            await ended.EndAsync();
            ended.Dispose();
            return link;
        }
        finally
        {
            _reloadTurn.Release();
        }
    }

    private async Task<WorkerLink> ReloadAsync(CancellationToken stop)
    {
        try
        {
            var (link, _) = await _loader.StartAsync(_path, _options, new Progress<float>(), stop);
            return link;
        }
        catch (EngineCrashedException)
        {
            Interlocked.Increment(ref _crashesInARow);
            throw;
        }
    }
}
