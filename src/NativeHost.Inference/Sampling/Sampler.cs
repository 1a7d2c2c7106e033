using System.Numerics.Tensors;
using NativeHost.Inference.Constraints;

namespace NativeHost.Inference.Sampling;

/// <summary>Chooses the next tokens of one generation: rules for all logits, then steps that drop candidates, temperature, and a draw.</summary>
/// <remarks>A rule or step that its option switches off is not there; the order is llama.cpp's usual one. The greedy choice needs the rules only.</remarks>
internal sealed class Sampler
{
    private readonly Candidates _candidates;
    private readonly ILogitRule[] _rules;
    private readonly ISamplingStep[] _steps;
    private readonly Mirostat? _mirostat;
    private readonly Random? _random;
    private readonly ConstraintState? _constraint;

    /// <param name="candidates">Buffers for the model's vocabulary, used by one sampler at a time.</param>
    /// <param name="contextTokens">The window of a rule where the options ask for the whole context.</param>
    /// <param name="constraint">What the tokens that are chosen have to obey, which it is told of; null for nothing.</param>
    /// <exception cref="ArgumentException">The options name a token that the vocabulary does not have.</exception>
    public Sampler(SamplingOptions options, Candidates candidates, int contextTokens, ITokenizer tokenizer, ConstraintState? constraint = null)
    {
        _candidates = candidates;
        _constraint = constraint;
        _rules = [.. RulesOf(options, contextTokens, tokenizer)];
        if (!options.IsGreedy)
        {
            _random = options.Seed is { } seed ? new Random(seed) : new Random();
            _mirostat = options.UsesMirostat ? new Mirostat(options.MirostatTarget, options.MirostatRate) : null;
        }

        _steps = _random is null ? [] : [.. _mirostat is null ? ThinningOf(options, _random) : [], .. TemperatureOf(options), .. _mirostat is null ? (ISamplingStep[])[] : [_mirostat]];
    }

    internal IReadOnlyList<ILogitRule> Rules => _rules;

    /// <summary>Whether what was chosen satisfies the constraint, and nothing may follow.</summary>
    public bool IsFinished => _constraint?.IsFinished == true;

    internal IReadOnlyList<ISamplingStep> Steps => _steps;

    /// <summary>Counts tokens as seen that the sampler did not choose: the prompt's.</summary>
    public void Remember(ReadOnlySpan<Token> tokens)
    {
        foreach (var rule in _rules)
        {
            foreach (var token in tokens)
            {
                rule.Remember(token);
            }
        }
    }

    /// <summary>Chooses a token and remembers it.</summary>
    /// <param name="logits">One per vocabulary entry; used as scratch.</param>
    public Token Next(Span<float> logits)
    {
        foreach (var rule in _rules)
        {
            rule.Apply(logits);
        }

        // Behind the rules: no bias brings back what is not allowed.
        var few = _constraint?.ApplyUnlessFew(logits);
        var token = new Token(_random is null ? LikeliestOf(logits, few) : Choose(logits, few, _random));
        token = _constraint?.Take(token) ?? token;
        Count(token);
        return token;
    }

    /// <summary>Remembers a token that was chosen elsewhere; where the constraint does not allow it, the constraint goes on as if there were none.</summary>
    public void Force(Token token)
    {
        _constraint?.Accept(token);
        Count(token);
    }

    private void Count(Token token)
    {
        foreach (var rule in _rules)
        {
            rule.Remember(token);
        }
    }

    /// <param name="few">The only tokens to choose from; null for all.</param>
    private int LikeliestOf(ReadOnlySpan<float> logits, int[]? few)
    {
        if (few is null)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        _candidates.Fill(logits, few);
        return few[TensorPrimitives.IndexOfMax<float>(_candidates.Logits)];
    }

    private int Choose(ReadOnlySpan<float> logits, int[]? few, Random random)
    {
        if (few is null)
        {
            _candidates.Fill(logits);
        }
        else
        {
            _candidates.Fill(logits, few);
        }

        foreach (var step in _steps)
        {
            step.Apply(_candidates);
        }

        var weights = _candidates.Weights();
        var sum = TensorPrimitives.Sum(weights);
        var index = IndexAt(random.NextDouble() * sum, weights);
        _mirostat?.Observe(weights[index] / sum);
        return _candidates.Ids[index];
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

    private static IEnumerable<ILogitRule> RulesOf(SamplingOptions options, int contextTokens, ITokenizer tokenizer)
    {
        if (options.LogitBias.Count > 0)
        {
            yield return new LogitBias(options.LogitBias, tokenizer.VocabularySize);
        }

        if (options is not { RepetitionPenalty: 1f, FrequencyPenalty: 0f, PresencePenalty: 0f } && WindowOf(options.PenaltyWindow, contextTokens) is > 0 and var window)
        {
            yield return new Penalties(options, window);
        }

        if (options.DryMultiplier != 0f && WindowOf(options.DryWindow, contextTokens) is > 0 and var last)
        {
            yield return new Dry(options, last, tokenizer);
        }
    }

    private static int WindowOf(int tokens, int contextTokens) => tokens < 0 ? contextTokens : Math.Min(tokens, contextTokens);

    private static IEnumerable<ISamplingStep> ThinningOf(SamplingOptions options, Random random)
    {
        if (options.TopNSigma > 0f)
        {
            yield return new TopNSigma(options.TopNSigma);
        }

        if (options.TopK > 0)
        {
            yield return new TopK(options.TopK);
        }

        if (options.TypicalP < 1f)
        {
            yield return new TypicalP(options.TypicalP);
        }

        if (options.TopP < 1f)
        {
            yield return new TopP(options.TopP);
        }

        if (options.MinP > 0f)
        {
            yield return new MinP(options.MinP);
        }

        if (options.XtcProbability > 0f)
        {
            yield return new Xtc(options.XtcProbability, options.XtcThreshold, random);
        }
    }

    private static IEnumerable<ISamplingStep> TemperatureOf(SamplingOptions options)
    {
        if (options.DynamicTemperatureRange > 0f)
        {
            yield return new DynamicTemperature(
                Math.Max(0f, options.Temperature - options.DynamicTemperatureRange), options.Temperature + options.DynamicTemperatureRange, options.DynamicTemperatureExponent);
        }
        else if (options.Temperature != 1f)
        {
            yield return new Temperature(options.Temperature);
        }
    }
}
