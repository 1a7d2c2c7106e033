using System.Diagnostics;
using System.Numerics.Tensors;
using NativeHost.Inference;

namespace NativeHost.Benchmarks.Ternary;

/// <summary>One of two engines, with a model loaded: what is timed of it.</summary>
internal sealed class TernarySide(string name, ILanguageModel model) : IDisposable
{
    private const int Sequence = 0;
    private const int FirstWord = 256; // of the synthetic vocabulary

    private readonly AbortSignal _abort = new();
    private readonly StepBatch _batch = new(model.BatchTokens);
    private readonly Token[] _one = [new Token(FirstWord)];

    public string Name { get; } = name;

    public int Threads
    {
        get => model.Threads;
        set => model.Threads = value;
    }

    /// <summary>Makes the sequence hold this many tokens; those that it has too many are dropped.</summary>
    public void GoTo(int position)
    {
        if (model.Position(Sequence) > position && !model.TryRewind(Sequence, position))
        {
            throw new InvalidOperationException($"{Name} cannot go back to {position} tokens.");
        }

        while (model.Position(Sequence) < position)
        {
            Prompt(Math.Min(model.BatchTokens, position - model.Position(Sequence)));
        }
    }

    /// <summary>Generates from a position, always with the likeliest token, and goes back to it.</summary>
    /// <param name="tokens">How many; one more goes ahead untimed, which brings caches over to this side.</param>
    public Timing Decode(int position, int tokens)
    {
        GoTo(position);
        DecodeOne();
        var clock = Clock.Start();
        for (var i = 0; i < tokens; i++)
        {
            DecodeOne();
        }

        var timing = clock.Stop(tokens);
        GoTo(position);
        return timing;
    }

    /// <summary>Computes a prompt from an empty sequence.</summary>
    public Timing Prefill(int tokens)
    {
        GoTo(0);
        DecodeOne();
        GoTo(0);
        var clock = Clock.Start();
        GoTo(tokens);
        return clock.Stop(tokens);
    }

    /// <summary>Managed memory that a generated token takes, on all threads together; in bytes.</summary>
    public double AllocatedPerToken(int tokens)
    {
        GoTo(0);
        DecodeOne();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < tokens; i++)
        {
            DecodeOne();
        }

        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)tokens;
    }

    public void Dispose()
    {
        model.Dispose();
        _abort.Dispose();
    }

    private void DecodeOne()
    {
        Step(_one);
        _one[0] = new Token(TensorPrimitives.IndexOfMax<float>(model.Logits(0)));
    }

    private void Prompt(int tokens)
    {
        var start = model.Position(Sequence);
        Step([.. Enumerable.Range(start, tokens).Select(i => new Token(FirstWord + (i * 7919 % 240)))]);
    }

    private void Step(ReadOnlySpan<Token> tokens)
    {
        _batch.Clear();
        _batch.Add(Sequence, tokens, wantsLogits: true);
        var outcome = model.Step(_batch, _abort);
        if (outcome != StepOutcome.Done)
        {
            throw new InvalidOperationException($"{Name}: {outcome}.");
        }
    }

    private readonly struct Clock
    {
        private readonly long _begin;
        private readonly TimeSpan _processor;

        private Clock(long begin, TimeSpan processor) => (_begin, _processor) = (begin, processor);

        public static Clock Start() => new(Stopwatch.GetTimestamp(), ProcessorTime());

        public Timing Stop(int tokens)
            => new(tokens / Stopwatch.GetElapsedTime(_begin).TotalSeconds, (ProcessorTime() - _processor).TotalMilliseconds / tokens);

        private static TimeSpan ProcessorTime() => Environment.CpuUsage.TotalTime;
    }
}

/// <param name="TokensPerSecond">By the clock on the wall.</param>
/// <param name="ProcessorMs">Processor time of a token, of all threads of this process.</param>
internal readonly record struct Timing(double TokensPerSecond, double ProcessorMs);
