namespace NativeHost.Inference;

/// <summary>The work of one step: runs of tokens, each for one sequence. Reused from step to step, so that a step allocates nothing.</summary>
/// <param name="capacity">Most tokens it holds.</param>
public sealed class StepBatch(int capacity)
{
    private readonly Token[] _tokens = new Token[capacity];
    private readonly List<Run> _runs = [];
    private int _count;

    /// <summary>Number of tokens, over all runs.</summary>
    public int Count => _count;

    /// <summary>Number of tokens that still fit.</summary>
    public int Room => _tokens.Length - _count;

    /// <summary>Number of runs.</summary>
    public int RunCount => _runs.Count;

    /// <summary>Adds tokens to the end of a sequence. A sequence appears once in a batch.</summary>
    /// <param name="wantsLogits">Whether the logits after the last of these tokens are needed.</param>
    /// <returns>The run's number, for <see cref="ILanguageModel.Logits(int)"/>.</returns>
    /// <exception cref="ArgumentException">No tokens, or more than there is room for.</exception>
    public int Add(int sequence, ReadOnlySpan<Token> tokens, bool wantsLogits) => Add(sequence, tokens, wantsLogits ? 1 : 0);

    /// <summary>Adds tokens to the end of a sequence. A sequence appears once in a batch.</summary>
    /// <param name="logits">After how many of these tokens, the last ones, logits are needed.</param>
    /// <returns>The run's number, for <see cref="ILanguageModel.Logits(int, int)"/>.</returns>
    /// <exception cref="ArgumentException">No tokens, more than there is room for, or more logits than tokens.</exception>
    public int Add(int sequence, ReadOnlySpan<Token> tokens, int logits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(logits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(logits, tokens.Length);
        if (tokens.IsEmpty || tokens.Length > Room)
        {
            throw new ArgumentException($"{tokens.Length} tokens; 1 to {Room} fit.", nameof(tokens));
        }

        tokens.CopyTo(_tokens.AsSpan(_count));
        _runs.Add(new Run(sequence, _count, tokens.Length, logits));
        _count += tokens.Length;
        return _runs.Count - 1;
    }

    /// <summary>Checks that a model can compute it.</summary>
    /// <param name="batchTokens">Most tokens of the model's step.</param>
    /// <param name="sequenceCount">The model's sequences.</param>
    /// <param name="vocabularySize">The model's tokens.</param>
    /// <param name="draftTokens">The model's <see cref="ILanguageModel.DraftTokens"/>.</param>
    /// <exception cref="ArgumentException">It has no tokens or too many, wants too many logits, a sequence that is not there or stands twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    public void Check(int batchTokens, int sequenceCount, int vocabularySize, int draftTokens = 0)
    {
        if (_count == 0 || _count > batchTokens)
        {
            throw new ArgumentException($"The batch holds {_count} tokens; 1 to {batchTokens} can be computed.");
        }

        var drafts = draftTokens;
        for (var run = 0; run < _runs.Count; run++)
        {
            drafts -= Math.Max(_runs[run].Logits - 1, 0);
            if (drafts < 0)
            {
                throw new ArgumentException($"More logits are wanted than of one token a run and {draftTokens} others.");
            }

            var sequence = _runs[run].Sequence;
            if ((uint)sequence >= (uint)sequenceCount)
            {
                throw new ArgumentException($"There is no sequence {sequence}; there are {sequenceCount}.");
            }

            for (var earlier = 0; earlier < run; earlier++)
            {
                if (_runs[earlier].Sequence == sequence)
                {
                    throw new ArgumentException($"The batch holds two runs of sequence {sequence}.");
                }
            }
        }

        foreach (var token in _tokens.AsSpan(0, _count))
        {
            token.Check(vocabularySize);
        }
    }

    /// <summary>Empties it for the next step.</summary>
    public void Clear()
    {
        _runs.Clear();
        _count = 0;
    }

    /// <summary>One run, by its number.</summary>
    public Run RunAt(int run) => _runs[run];

    /// <summary>The tokens of one run.</summary>
    public ReadOnlySpan<Token> TokensOf(Run run) => _tokens.AsSpan(run.Start, run.Length);

    /// <summary>Tokens of one sequence, in order.</summary>
    /// <param name="Start">Where they start in the batch.</param>
    /// <param name="Logits">After how many of them, the last ones, logits are needed.</param>
    public readonly record struct Run(int Sequence, int Start, int Length, int Logits)
    {
        public bool WantsLogits => Logits > 0;
    }
}
