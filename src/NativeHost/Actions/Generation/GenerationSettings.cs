using System.Text.Json.Serialization;
using NativeHost.Inference.Sampling;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>How to generate: a caller's standing choice, or one request's.</summary>
internal sealed record GenerationSettings
{
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
        StopTexts);
}

/// <summary>A caller's settings as they are now.</summary>
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
    [property: JsonPropertyName("stop")] IReadOnlyList<string> Stop);
