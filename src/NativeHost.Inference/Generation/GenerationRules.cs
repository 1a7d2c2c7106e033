using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Generation;

/// <summary>The rules of a <see cref="GenerationRequest"/>, checked once, where it enters.</summary>
public static class GenerationRules
{
    /// <exception cref="ArgumentException">A rule is broken; the text says which.</exception>
    public static void Check(GenerationRequest request)
    {
        var hasPrompt = !string.IsNullOrEmpty(request.Prompt) || request.Suffix is not null;
        if (hasPrompt == request.Messages.Count > 0)
        {
            throw new ArgumentException("Give either messages or a prompt that is not empty.", nameof(request));
        }

        if (request.StopTexts.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop text may not be empty.", nameof(request));
        }

        AtLeast(request.MaxNewTokens, 1, nameof(request.MaxNewTokens));
        AtLeast(request.MaxReasoningTokens ?? 0, 0, nameof(request.MaxReasoningTokens));
        Within(request.TopLogProbs ?? 0, 0, TokenChances.MostAlternatives, nameof(request.TopLogProbs));
        Check(request.Sampling);
    }

    private static void Check(SamplingOptions sampling)
    {
        Within(sampling.Temperature, 0f, 2f, nameof(sampling.Temperature));
        AtLeast(sampling.TopK, 0, nameof(sampling.TopK));
        Within(sampling.TopP, 0f, 1f, nameof(sampling.TopP));
        Within(sampling.MinP, 0f, 1f, nameof(sampling.MinP));
        Within(sampling.RepetitionPenalty, float.Epsilon, float.MaxValue, nameof(sampling.RepetitionPenalty));
        Within(sampling.FrequencyPenalty, -2f, 2f, nameof(sampling.FrequencyPenalty));
        Within(sampling.PresencePenalty, -2f, 2f, nameof(sampling.PresencePenalty));
        AtLeast(sampling.PenaltyWindow, -1, nameof(sampling.PenaltyWindow));
        Within(sampling.TypicalP, 0f, 1f, nameof(sampling.TypicalP));
        Within(sampling.TopNSigma, 0f, float.MaxValue, nameof(sampling.TopNSigma));
        Within(sampling.XtcProbability, 0f, 1f, nameof(sampling.XtcProbability));
        Within(sampling.XtcThreshold, 0f, 1f, nameof(sampling.XtcThreshold));
        Within(sampling.DynamicTemperatureRange, 0f, float.MaxValue, nameof(sampling.DynamicTemperatureRange));
        Within(sampling.DynamicTemperatureExponent, 0f, float.MaxValue, nameof(sampling.DynamicTemperatureExponent));
        Within(sampling.MirostatTarget, 0f, float.MaxValue, nameof(sampling.MirostatTarget));
        Within(sampling.MirostatRate, 0f, 1f, nameof(sampling.MirostatRate));
        Within(sampling.DryMultiplier, 0f, float.MaxValue, nameof(sampling.DryMultiplier));
        Within(sampling.DryBase, 1f, float.MaxValue, nameof(sampling.DryBase));
        AtLeast(sampling.DryAllowedLength, 1, nameof(sampling.DryAllowedLength));
        AtLeast(sampling.DryWindow, -1, nameof(sampling.DryWindow));
        if (sampling.DryBreakers.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A breaker of repetitions may not be empty.", nameof(sampling));
        }

        foreach (var bias in sampling.LogitBias.Values)
        {
            Within(bias, -float.MaxValue, float.MaxValue, nameof(sampling.LogitBias));
        }
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {least} or more.");
        }
    }

    // Written so that NaN is outside.
    private static void Within(float value, float least, float most, string name)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} lies between {least} and {most}.");
        }
    }
}
