namespace NativeHost.Actions.Generation;

/// <summary>How to generate: what <c>set_params</c>, <c>update_settings</c>, <c>load_model</c> and <c>generate</c> take.</summary>
internal static class GenerationSettingTable
{
    /// <summary>2^53: the largest integer that every JSON reader keeps exact.</summary>
    private const long MaxSeed = 1L << 53;

    /// <summary>How freely tokens are chosen; 0 takes the likeliest one always.</summary>
    public static Setting<GenerationSettings> Temperature { get; } = new(
        "temperature",
        [],
        SettingValues.Number(0, 2),
        static (settings, value) => settings with { Sampling = settings.Sampling with { Temperature = value.Real() } });

    /// <summary>Keeps so many of the likeliest tokens; 0 keeps all.</summary>
    public static Setting<GenerationSettings> TopK { get; } = new(
        "top_k",
        ["topK"],
        SettingValues.Integer(0, int.MaxValue),
        static (settings, value) => settings with { Sampling = settings.Sampling with { TopK = value.Integer() } });

    /// <summary>Keeps the likeliest tokens whose probabilities sum to this; 1 keeps all.</summary>
    public static Setting<GenerationSettings> TopP { get; } = new(
        "top_p",
        ["topP"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { TopP = value.Real() } });

    /// <summary>Drops tokens less likely than this part of the likeliest one's probability; 0 drops none.</summary>
    public static Setting<GenerationSettings> MinP { get; } = new(
        "min_p",
        ["minP"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { MinP = value.Real() } });

    /// <summary>Most tokens of an answer.</summary>
    public static Setting<GenerationSettings> MaxNewTokens { get; } = new(
        "max_new_tokens",
        ["max_tokens", "maxNewTokens", "maxTokens", "n_predict"],
        SettingValues.Integer(1, 1_000_000),
        static (settings, value) => settings with { MaxNewTokens = value.Integer() });

    /// <summary>Makes tokens that were there before less likely, by division of their logits; 1 changes nothing.</summary>
    public static Setting<GenerationSettings> RepetitionPenalty { get; } = new(
        "repetition_penalty",
        ["repetitionPenalty", "repeat_penalty"],
        SettingValues.Number(0.1, 10),
        static (settings, value) => settings with { Sampling = settings.Sampling with { RepetitionPenalty = value.Real() } });

    /// <summary>Taken from a token's logit once for each time it was there before; 0 changes nothing.</summary>
    public static Setting<GenerationSettings> FrequencyPenalty { get; } = new(
        "frequency_penalty",
        ["frequencyPenalty"],
        SettingValues.Number(-2, 2),
        static (settings, value) => settings with { Sampling = settings.Sampling with { FrequencyPenalty = value.Real() } });

    /// <summary>Taken once from the logit of a token that was there before; 0 changes nothing.</summary>
    public static Setting<GenerationSettings> PresencePenalty { get; } = new(
        "presence_penalty",
        ["presencePenalty"],
        SettingValues.Number(-2, 2),
        static (settings, value) => settings with { Sampling = settings.Sampling with { PresencePenalty = value.Real() } });

    /// <summary>How many of the last tokens the penalties look at; 0 for none, -1 for the whole context.</summary>
    public static Setting<GenerationSettings> PenaltyWindow { get; } = new(
        "penalty_window",
        ["penaltyWindow", "repeat_last_n"],
        SettingValues.Integer(-1, 1_000_000),
        static (settings, value) => settings with { Sampling = settings.Sampling with { PenaltyWindow = value.Integer() } });

    /// <summary>The same seed gives the same answer; -1, or none, another one each time.</summary>
    public static Setting<GenerationSettings> Seed { get; } = new(
        "seed",
        [],
        SettingValues.Integer(-1, MaxSeed),
        static (settings, value) => settings with { Sampling = settings.Sampling with { Seed = SeedOf(value.Number()) } });

    /// <summary>False takes the likeliest token always, whatever the temperature.</summary>
    public static Setting<GenerationSettings> DoSample { get; } = new(
        "do_sample",
        ["doSample"],
        SettingValues.Flag,
        static (settings, value) => settings with { DoSample = value.Flag() });

    /// <summary>The answer ends before any of these texts.</summary>
    public static Setting<GenerationSettings> Stop { get; } = new(
        "stop",
        ["stop_sequences", "stopSequences"],
        SettingValues.Texts,
        static (settings, value) => settings with { StopTexts = value.Texts() });

    public static SettingTable<GenerationSettings> All { get; } = new(
    [
        Temperature, TopK, TopP, MinP, MaxNewTokens, RepetitionPenalty, FrequencyPenalty, PresencePenalty, PenaltyWindow, Seed, DoSample, Stop,
    ]);

    private static int? SeedOf(double seed)
    {
        // Larger ones, such as a time in milliseconds, are folded.
        var whole = (long)seed;
        return seed < 0 ? null : (int)((whole ^ (whole >> 31)) & int.MaxValue);
    }
}
