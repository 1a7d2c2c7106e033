using System.Collections.Immutable;

namespace NativeHost.Inference.Sampling;

/// <summary>How the next token is chosen from the logits. The defaults choose nothing away but by temperature.</summary>
public sealed record SamplingOptions
{
    private static readonly IReadOnlyList<string> UsualBreakers = ["\n", ":", "\"", "*"];

    /// <summary>0 to 2; 0 takes the likeliest token always (greedy).</summary>
    public float Temperature { get; init; } = 0.7f;

    /// <summary>Keeps the k likeliest tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>Keeps the likeliest tokens whose probabilities sum to p, 0 to 1; 1 keeps all.</summary>
    public float TopP { get; init; } = 0.9f;

    /// <summary>Drops tokens less likely than this part of the likeliest one's probability, 0 to 1; 0 drops none.</summary>
    public float MinP { get; init; }

    /// <summary>Keeps the tokens whose surprise is nearest to the expected one, whose probabilities sum to more than this, 0 to 1; 1 keeps all.</summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>Drops tokens whose logit is more than so many standard deviations below the largest; 0 drops none.</summary>
    public float TopNSigma { get; init; }

    /// <summary>How often all likely tokens but the least of them are dropped, 0 to 1; 0 for never.</summary>
    public float XtcProbability { get; init; }

    /// <summary>From which probability on a token is likely, 0 to 1; above 0.5 nothing is dropped.</summary>
    public float XtcThreshold { get; init; } = 0.1f;

    /// <summary>How far the temperature goes below and above <see cref="Temperature"/> with the entropy, 0 or more; 0 for not at all.</summary>
    public float DynamicTemperatureRange { get; init; }

    /// <summary>Bends the way between, above 0.</summary>
    public float DynamicTemperatureExponent { get; init; } = 1f;

    /// <summary>Whether tokens are dropped by Mirostat 2 in place of all other ways.</summary>
    public bool UsesMirostat { get; init; }

    /// <summary>The mean surprise of tokens that it aims at, in bits, 0 or more.</summary>
    public float MirostatTarget { get; init; } = 5f;

    /// <summary>How fast it follows, 0 to 1.</summary>
    public float MirostatRate { get; init; } = 0.1f;

    /// <summary>Taken from the logit of a token that would prolong a repetition, times a power of <see cref="DryBase"/>; 0 for nothing.</summary>
    public float DryMultiplier { get; init; }

    /// <summary>1 or more: what one more token of repetition multiplies the penalty by.</summary>
    public float DryBase { get; init; } = 1.75f;

    /// <summary>Tokens that may be repeated without a penalty, at least 1.</summary>
    public int DryAllowedLength { get; init; } = 2;

    /// <summary>How many of the last tokens are looked through for repetitions; 0 for none, -1 for the whole context.</summary>
    public int DryWindow { get; init; } = -1;

    /// <summary>Texts that repetitions do not reach across; none is empty.</summary>
    public IReadOnlyList<string> DryBreakers { get; init; } = UsualBreakers;

    /// <summary>What is added to the logits of tokens, by their ids.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = ImmutableDictionary<int, float>.Empty;

    /// <summary>Divides the positive and multiplies the negative logits of seen tokens; 1 changes nothing.</summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Taken from a seen token's logit once for each time it was seen, -2 to 2.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Taken from a seen token's logit once, -2 to 2.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>How many of the last tokens count as seen; 0 for none, -1 for the whole context.</summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>The same seed gives the same answer; null for another one each time.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether there is no choice to make: the likeliest token always.</summary>
    /// <remarks>Below this temperature the likeliest has all of the weight, and the division would overflow.</remarks>
    public bool IsGreedy => Temperature < LeastTemperature && DynamicTemperatureRange == 0f;

    /// <summary>What is below has the effect of 0.</summary>
    internal const float LeastTemperature = 1e-5f;
}
