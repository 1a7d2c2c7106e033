namespace NativeHost.Inference.Sampling;

/// <summary>How the next token is chosen from the logits. The defaults choose nothing away but by temperature.</summary>
public sealed record SamplingOptions
{
    /// <summary>0 to 2; 0 takes the likeliest token always (greedy).</summary>
    public float Temperature { get; init; } = 0.7f;

    /// <summary>Keeps the k likeliest tokens; 0 keeps all.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>Keeps the likeliest tokens whose probabilities sum to p, 0 to 1; 1 keeps all.</summary>
    public float TopP { get; init; } = 0.9f;

    /// <summary>Drops tokens less likely than this part of the likeliest one's probability, 0 to 1; 0 drops none.</summary>
    public float MinP { get; init; }

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
    public bool IsGreedy => Temperature < 1e-5f;
}
