using NativeHost.Inference.Embedding;

namespace NativeHost.Inference.Tests;

/// <summary>A model whose next tokens a test wrote down. It keeps one sequence, and remembers what it was made to compute.</summary>
internal sealed class ScriptedModel(ByteTokenizer tokenizer, string? template = null) : ILanguageModel
{
    private readonly float[] _logits = new float[tokenizer.VocabularySize];
    private readonly Queue<Token> _script = new();
    private readonly List<Token> _sequence = new(10_000);
    private int _likeliest;

    public ModelCard Card { get; } = new("scripted", null, "test", 0, 0, 0, 0, 0, 0, 0, template, []);

    public ITokenizer Tokenizer => tokenizer;

    public int ContextTokens { get; init; } = 4096;

    public int BatchTokens { get; init; } = 512;

    public int SequenceCount => 1;

    public int Threads { get; set; } = 1;

    /// <summary>Whether it can drop a part of a sequence.</summary>
    public bool RewindsPartly { get; init; } = true;

    /// <summary>Runs on the scheduler's thread at the start of each step; what it returns other than Done ends the step there.</summary>
    public Func<StepBatch, AbortSignal, StepOutcome>? OnStep { get; set; }

    /// <summary>Number of tokens of each step, in order.</summary>
    public List<int> Steps { get; } = new(10_000);

    public int ComputedTokens => Steps.Sum();

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<Token> Sequence => _sequence;

    /// <summary>Adds to what the model says; after the end of it, it says the end of its turn.</summary>
    public void Says(string text)
    {
        var tokens = new List<Token>();
        tokenizer.Tokenize(text, TextKind.Control, tokens);
        tokens.ForEach(_script.Enqueue);
    }

    public void Says(params ReadOnlySpan<Token> tokens)
    {
        foreach (var token in tokens)
        {
            _script.Enqueue(token);
        }
    }

    public int Position(int sequence) => _sequence.Count;

    public StepOutcome Step(StepBatch batch, AbortSignal abort)
    {
        Steps.Add(batch.Count);
        var run = batch.RunAt(0);
        if (OnStep?.Invoke(batch, abort) is { } outcome and not StepOutcome.Done)
        {
            return outcome;
        }

        var room = ContextTokens - _sequence.Count;
        _sequence.AddRange(batch.TokensOf(run)[..Math.Min(run.Length, room)]);
        if (run.Length > room)
        {
            return StepOutcome.ContextFull;
        }

        if (run.WantsLogits)
        {
            _logits[_likeliest] = 0f;
            _likeliest = _script.TryDequeue(out var next) ? next.Id : tokenizer.TokenOf(ByteTokenizer.End).Id;
            _logits[_likeliest] = 100f;
        }

        return StepOutcome.Done;
    }

    public Span<float> Logits(int run) => _logits;

    public IEmbedder OpenEmbedder() => throw new UnsupportedModelException("scripted", "It computes no embeddings.");

    public bool TryRewind(int sequence, int position)
    {
        if (position > 0 && !RewindsPartly)
        {
            return false;
        }

        _sequence.RemoveRange(position, _sequence.Count - position);
        return true;
    }

    public bool TryFork(int source, int target, int tokens) => false;

    public void Dispose() => IsDisposed = true;
}
