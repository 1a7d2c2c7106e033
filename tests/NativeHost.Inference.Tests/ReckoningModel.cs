using NativeHost.Inference.Embedding;
using Xunit;

namespace NativeHost.Inference.Tests;

/// <summary>
/// A model of several sequences whose next token follows from all tokens of the sequence, and from nothing else: a generation makes the same
/// answer whatever happens beside it, or its sequence was not what it should have been.
/// </summary>
internal sealed class ReckoningModel(ByteTokenizer tokenizer, int sequenceCount) : ILanguageModel
{
    // Of this many tokens one ends the answer.
    private const uint AnswerLength = 80;

    private readonly List<Token>[] _sequences = [.. Enumerable.Range(0, sequenceCount).Select(_ => new List<Token>())];
    private readonly List<float[]> _logits = [];
    private readonly List<int> _lastLogits = [];

    public ModelCard Card { get; } = new("reckoning", null, "test", 0, 0, 0, 0, 0, 0, 0, null, []);

    public ITokenizer Tokenizer => tokenizer;

    public int ContextTokens { get; init; } = 4096;

    public int CacheTokens { get; init; } = int.MaxValue;

    public int BatchTokens { get; init; } = 64;

    public int SequenceCount => sequenceCount;

    public int Threads { get; set; } = 1;

    public int DraftTokens { get; init; }

    /// <summary>What follows tokens: a byte, or null at the end of the answer.</summary>
    public Func<List<Token>, int?> Rule { get; init; } = Next;

    /// <summary>Whether a sequence can begin as another does.</summary>
    public bool Forks { get; init; } = true;

    /// <summary>Runs on the scheduler's thread at the start of each step; what it returns other than Done ends the step there.</summary>
    public Func<StepBatch, AbortSignal, StepOutcome>? OnStep { get; set; }

    /// <summary>The runs of each step: sequence and tokens.</summary>
    public List<(int Sequence, int Tokens)[]> Steps { get; } = [];

    public int ComputedTokens => Steps.Sum(step => step.Sum(run => run.Tokens));

    /// <summary>The answer of a generation alone, in bytes.</summary>
    /// <param name="rule">Null for the usual one.</param>
    public static string AnswerTo(string prompt, int maxNewTokens, Func<List<Token>, int?>? rule = null)
    {
        rule ??= Next;
        var tokens = prompt.Select(character => new Token(character)).ToList();
        for (var made = 0; made < maxNewTokens && rule(tokens) is { } next; made++)
        {
            tokens.Add(new Token(next));
        }

        return string.Concat(tokens.Skip(prompt.Length).Select(token => (char)token.Id));
    }

    public int Position(int sequence) => _sequences[sequence].Count;

    public StepOutcome Step(StepBatch batch, AbortSignal abort)
    {
        batch.Check(BatchTokens, SequenceCount, tokenizer.VocabularySize, DraftTokens);
        if (OnStep?.Invoke(batch, abort) is { } outcome and not StepOutcome.Done)
        {
            return outcome;
        }

        if (_sequences.Sum(sequence => sequence.Count) + batch.Count > CacheTokens)
        {
            return StepOutcome.ContextFull;
        }

        Steps.Add([.. Enumerable.Range(0, batch.RunCount).Select(batch.RunAt).Select(run => (run.Sequence, run.Length))]);
        _logits.Clear();
        _lastLogits.Clear();
        for (var number = 0; number < batch.RunCount; number++)
        {
            var run = batch.RunAt(number);
            var sequence = _sequences[run.Sequence];
            for (var i = 0; i < run.Length; i++)
            {
                sequence.Add(batch.TokensOf(run)[i]);
                if (i >= run.Length - run.Logits)
                {
                    var logits = new float[tokenizer.VocabularySize];
                    logits[Rule(sequence) ?? tokenizer.TokenOf(ByteTokenizer.End).Id] = 1f;
                    _logits.Add(logits);
                }
            }

            Assert.InRange(sequence.Count, 1, ContextTokens);
            _lastLogits.Add(_logits.Count - 1);
        }

        return StepOutcome.Done;
    }

    public Span<float> Logits(int run) => Logits(run, 0);

    public Span<float> Logits(int run, int back) => _logits[_lastLogits[run] - back];

    public bool TryRewind(int sequence, int position)
    {
        _sequences[sequence].RemoveRange(position, _sequences[sequence].Count - position);
        return true;
    }

    public bool TryFork(int source, int target, int tokens)
    {
        if (Forks)
        {
            _sequences[target].Clear();
            _sequences[target].AddRange(_sequences[source][..tokens]);
        }

        return Forks;
    }

    public string? StateKey { get; init; } = "reckoning";

    public int Restores { get; private set; }

    public bool TrySave(int sequence, string path)
    {
        File.WriteAllText(path, string.Join(' ', _sequences[sequence].Select(token => token.Id)));
        return true;
    }

    public bool TryRestore(int sequence, int tokens, string path)
    {
        Restores++;
        _sequences[sequence].Clear();
        _sequences[sequence].AddRange(File.ReadAllText(path).Split(' ').Select(id => new Token(int.Parse(id))));
        if (_sequences[sequence].Count == tokens)
        {
            return true;
        }

        _sequences[sequence].Clear();
        return false;
    }

    public IEmbedder OpenEmbedder() => throw new UnsupportedModelException("reckoning", "It computes no embeddings.");

    public void Dispose()
    {
    }

    /// <returns>The next byte; null where the answer ends.</returns>
    private static int? Next(List<Token> tokens)
    {
        var sum = 2166136261u;
        foreach (var token in tokens)
        {
            sum = (sum ^ (uint)token.Id) * 16777619u;
        }

        sum ^= sum >> 15;
        return sum % AnswerLength == 0 ? null : 'a' + (int)(sum / AnswerLength % 26);
    }
}
