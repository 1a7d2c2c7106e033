using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Chooses the next tokens of one generation: penalties, then top-k, top-p, min-p, temperature, and a draw.</summary>
/// <remarks>A step that its option switches off is not there. Greedy choice needs the penalties only.</remarks>
internal sealed class Sampler
{
    private readonly Candidates _candidates;
    private readonly Penalties? _penalties;
    private readonly ISamplingStep[] _steps;
    private readonly Random? _random;

    /// <param name="candidates">Buffers for the model's vocabulary, used by one sampler at a time.</param>
    /// <param name="contextTokens">The penalty window where the options ask for the whole context.</param>
    public Sampler(SamplingOptions options, Candidates candidates, int contextTokens)
    {
        _candidates = candidates;
        _penalties = PenaltiesOf(options, contextTokens);
        _steps = options.IsGreedy ? [] : [.. StepsOf(options)];
        if (!options.IsGreedy)
        {
            _random = options.Seed is { } seed ? new Random(seed) : new Random();
        }
    }

    internal IReadOnlyList<ISamplingStep> Steps => _steps;

    internal bool HasPenalties => _penalties is not null;

    /// <summary>Counts tokens as seen that the sampler did not choose: the prompt's.</summary>
    public void Remember(ReadOnlySpan<Token> tokens)
    {
        if (_penalties is null)
        {
            return;
        }

        foreach (var token in tokens)
        {
            _penalties.Remember(token);
        }
    }

    /// <summary>Chooses a token and remembers it.</summary>
    /// <param name="logits">One per vocabulary entry; used as scratch.</param>
    public Token Next(Span<float> logits)
    {
        _penalties?.Apply(logits);
        var token = new Token(_random is null ? TensorPrimitives.IndexOfMax<float>(logits) : Choose(logits, _random));
        _penalties?.Remember(token);
        return token;
    }

    private int Choose(ReadOnlySpan<float> logits, Random random)
    {
        _candidates.Fill(logits);
        foreach (var step in _steps)
        {
            step.Apply(_candidates);
        }

        var weights = _candidates.Weights();
        return _candidates.Ids[IndexAt(random.NextDouble() * TensorPrimitives.Sum(weights), weights)];
    }

    /// <summary>The weight that a point falls on where they lie one after the other, from 0 on.</summary>
    /// <returns>The index of one that is not 0; behind the end, where rounding may put a point, the last such.</returns>
    internal static int IndexAt(double point, ReadOnlySpan<float> weights)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            point -= weights[i];
            last = weights[i] > 0 ? i : last;
            if (point < 0)
            {
                break;
            }
        }

        return last;
    }

    private static Penalties? PenaltiesOf(SamplingOptions options, int contextTokens)
    {
        var changesNothing = options is { RepetitionPenalty: 1f, FrequencyPenalty: 0f, PresencePenalty: 0f };
        var window = options.PenaltyWindow < 0 ? contextTokens : Math.Min(options.PenaltyWindow, contextTokens);
        return changesNothing || window == 0 ? null : new Penalties(options, window);
    }

    private static IEnumerable<ISamplingStep> StepsOf(SamplingOptions options)
    {
        if (options.TopK > 0)
        {
            yield return new TopK(options.TopK);
        }

        if (options.TopP < 1f)
        {
            yield return new TopP(options.TopP);
        }

        if (options.MinP > 0f)
        {
            yield return new MinP(options.MinP);
        }

        if (options.Temperature != 1f)
        {
            yield return new Temperature(options.Temperature);
        }
    }
}
