using System.Text.Json.Serialization;
using NativeHost.Inference.Sampling;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>How to generate: a caller's standing choice, or one request's.</summary>
internal sealed record GenerationSettings
{
    private static readonly SamplingOptions Usual = new();

    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Most tokens of an answer.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>False takes the likeliest token always, whatever the temperature.</summary>
    public bool DoSample { get; init; } = true;

    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>The options that the sampler is to use.</summary>
    public SamplingOptions EffectiveSampling => DoSample ? Sampling : Sampling with { Temperature = 0 };

    /// <summary>The settings under the names that every generation of clients reads.</summary>
    public ParamsView View() => new(
        Sampling.Temperature,
        Sampling.TopP,
        Sampling.TopK,
        Sampling.MinP,
        MaxNewTokens,
        MaxNewTokens,
        Sampling.RepetitionPenalty,
        Sampling.FrequencyPenalty,
        Sampling.PresencePenalty,
        Sampling.PenaltyWindow,
        DoSample,
        Sampling.Seed,
        StopTexts,
        Changed(static sampling => sampling.TypicalP),
        Changed(static sampling => sampling.TopNSigma),
        Changed(static sampling => sampling.XtcProbability),
        Changed(static sampling => sampling.XtcThreshold),
        Changed(static sampling => sampling.DynamicTemperatureRange),
        Changed(static sampling => sampling.DynamicTemperatureExponent),
        Sampling.UsesMirostat ? 2 : null,
        Changed(static sampling => sampling.MirostatTarget),
        Changed(static sampling => sampling.MirostatRate),
        Changed(static sampling => sampling.DryMultiplier),
        Changed(static sampling => sampling.DryBase),
        Changed(static sampling => sampling.DryAllowedLength),
        Changed(static sampling => sampling.DryWindow),
        ReferenceEquals(Sampling.DryBreakers, Usual.DryBreakers) ? null : Sampling.DryBreakers,
        Sampling.LogitBias.Count > 0 ? Sampling.LogitBias : null);

    private T? Changed<T>(Func<SamplingOptions, T> option)
        where T : struct
        => option(Sampling) is var value && !value.Equals(option(Usual)) ? value : null;
}

/// <summary>A caller's settings as they are now. Those from <c>typical_p</c> on are absent where they are as usual.</summary>
[Settings(typeof(GenerationSettingTable))]
internal sealed record ParamsView(
    [property: JsonPropertyName("temperature")] float Temperature,
    [property: JsonPropertyName("top_p")] float TopP,
    [property: JsonPropertyName("top_k")] int TopK,
    [property: JsonPropertyName("min_p")] float MinP,
    [property: JsonPropertyName("max_new_tokens")] int MaxNewTokens,
    [property: JsonPropertyName("max_tokens")] int MaxTokens,
    [property: JsonPropertyName("repetition_penalty")] float RepetitionPenalty,
    [property: JsonPropertyName("frequency_penalty")] float FrequencyPenalty,
    [property: JsonPropertyName("presence_penalty")] float PresencePenalty,
    [property: JsonPropertyName("penalty_window")] int PenaltyWindow,
    [property: JsonPropertyName("do_sample")] bool DoSample,
    [property: JsonPropertyName("seed")] int? Seed,
    [property: JsonPropertyName("stop")] IReadOnlyList<string> Stop,
    [property: JsonPropertyName("typical_p")] float? TypicalP,
    [property: JsonPropertyName("top_n_sigma")] float? TopNSigma,
    [property: JsonPropertyName("xtc_probability")] float? XtcProbability,
    [property: JsonPropertyName("xtc_threshold")] float? XtcThreshold,
    [property: JsonPropertyName("dynatemp_range")] float? DynamicTemperatureRange,
    [property: JsonPropertyName("dynatemp_exponent")] float? DynamicTemperatureExponent,
    [property: JsonPropertyName("mirostat")] int? Mirostat,
    [property: JsonPropertyName("mirostat_tau")] float? MirostatTarget,
    [property: JsonPropertyName("mirostat_eta")] float? MirostatRate,
    [property: JsonPropertyName("dry_multiplier")] float? DryMultiplier,
    [property: JsonPropertyName("dry_base")] float? DryBase,
    [property: JsonPropertyName("dry_allowed_length")] int? DryAllowedLength,
    [property: JsonPropertyName("dry_penalty_last_n")] int? DryWindow,
    [property: JsonPropertyName("dry_sequence_breakers")] IReadOnlyList<string>? DryBreakers,
    [property: JsonPropertyName("logit_bias")] IReadOnlyDictionary<int, float>? LogitBias);
