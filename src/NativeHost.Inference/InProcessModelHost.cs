using System.Runtime.CompilerServices;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference;

/// <summary>A model that lives in this process, driven by a thread of its own.</summary>
/// <remarks>
/// A generation takes its place in the queue when its reader asks for the first event, so a stream that nobody reads costs
/// nothing. Once the reader has left, disposed its enumerator, or cancelled, the next generation gets its turn.
/// </remarks>
public sealed class InProcessModelHost : IModelHost
{
    // Prompts of at most so many contexts are counted.
    private const int CountedContexts = 4;

    private readonly ILanguageModel _model;
    private readonly Scheduler _scheduler;
    private readonly EmbeddingTurns _embeddings;
    private readonly ConstraintCompiler _constraints;
    private readonly AnswerConstraint _answers;
    private readonly PromptBuilder _prompts;
    private readonly PromptBound _bound;
    private int _isDisposed;

    /// <param name="model">Owned from here on: nobody else may use it, and it is disposed with the host.</param>
    /// <param name="time">Measures the figures of a result; null for the system's clock.</param>
    /// <param name="prefixes">Where computed prompts are kept; null for nowhere.</param>
    public InProcessModelHost(ILanguageModel model, TimeProvider? time = null, PrefixCacheOptions? prefixes = null)
    {
        _model = model;
        Card = model.Card with { GenerationsAtOnce = model.SequenceCount };
        ContextTokens = model.ContextTokens;
        time ??= TimeProvider.System;
        _bound = new PromptBound(model.Tokenizer);
        _prompts = new PromptBuilder(model.Card.ChatTemplate, model.Tokenizer, time);
        _scheduler = new Scheduler(model, _prompts, time, prefixes is not null && model.StateKey is { } key ? new PrefixStore(prefixes, key, time) : null);
        _embeddings = new EmbeddingTurns(model.OpenEmbedder);
        _constraints = new ConstraintCompiler(model.Tokenizer);
        _answers = new AnswerConstraint(model.Tokenizer.ControlTexts);
    }

    public ModelCard Card { get; }

    public int ContextTokens { get; }

    public int ProcessId => Environment.ProcessId;

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
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        GenerationRules.Check(request);

        // Whoever counts wants to know by how much it is too long; not of megabytes, which would take seconds.
        _bound.Check(request, CountedContexts * ContextTokens);
        return Task.Run(() => _prompts.Build(request).Tokens.Count, stop);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The host is disposed.</exception>
    public Task<EmbeddingResult> EmbedAsync(EmbeddingRequest request, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return _embeddings.ComputeAsync(request, stop);
    }

    /// <summary>Stops what runs and what waits; their readers get their last events. Then frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        await _scheduler.CloseAsync();
        await _embeddings.DisposeAsync();
        _model.Dispose();
        _scheduler.Dispose();
    }

    private async IAsyncEnumerable<GenerationEvent> ReadAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken stop, CancellationToken answerNow)
    {
        // What takes long is not done on the model's thread: that would hold up the others.
        var generation = !AnswerConstraint.IsNeeded(request) ? new PendingGeneration(request) : await Task.Run(() => Prepared(request), CancellationToken.None);
        await using var registration = stop.UnsafeRegister(
            static generation => ((PendingGeneration)generation!).Stop(), generation);
        await using var answer = answerNow.UnsafeRegister(
            static generation => ((PendingGeneration)generation!).AnswerNow(), generation);
        _scheduler.Enqueue(generation);
        try
        {
            while (await generation.Events.WaitAsync())
            {
                while (generation.Events.TryTake(out var next))
                {
                    yield return next;
                }
            }
        }
        finally
        {
            generation.Stop();
        }
    }

    private PendingGeneration Prepared(GenerationRequest request)
    {
        _bound.Check(request, ContextTokens);
        var prompt = _prompts.Build(request);
        return new PendingGeneration(request, prompt, _answers.Of(request, prompt.Reading) is { } spec ? _constraints.Compile(spec) : null);
    }
}
