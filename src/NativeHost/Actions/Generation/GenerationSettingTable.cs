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

    /// <summary>Keeps the tokens that surprise about as much as is to be expected, whose probabilities sum to this; 1, as usual, keeps all.</summary>
    public static Setting<GenerationSettings> TypicalP { get; } = new(
        "typical_p",
        ["typicalP", "typ_p"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { TypicalP = value.Real() } });

    /// <summary>Drops tokens whose logit is more than so many standard deviations below the largest; 0, as usual, or -1 drops none.</summary>
    public static Setting<GenerationSettings> TopNSigma { get; } = new(
        "top_n_sigma",
        ["topNSigma"],
        SettingValues.Number(0, 1000, also: -1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { TopNSigma = Math.Max(0f, value.Real()) } });

    /// <summary>How often all likely tokens but the least likely of them are dropped, for answers that are less of the usual; 0, as usual, for never.</summary>
    public static Setting<GenerationSettings> XtcProbability { get; } = new(
        "xtc_probability",
        ["xtcProbability"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { XtcProbability = value.Real() } });

    /// <summary>From which probability on a token is likely for <c>xtc_probability</c>, usually 0.1; above 0.5 nothing is dropped.</summary>
    public static Setting<GenerationSettings> XtcThreshold { get; } = new(
        "xtc_threshold",
        ["xtcThreshold"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { XtcThreshold = value.Real() } });

    /// <summary>How far the temperature goes below and above <c>temperature</c>: down where the model is sure, up where it is not; 0, as usual, for not at all.</summary>
    public static Setting<GenerationSettings> DynamicTemperatureRange { get; } = new(
        "dynatemp_range",
        ["dynatempRange"],
        SettingValues.Number(0, 2),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DynamicTemperatureRange = value.Real() } });

    /// <summary>Bends the way between, usually 1: above it the temperature stays low longer.</summary>
    public static Setting<GenerationSettings> DynamicTemperatureExponent { get; } = new(
        "dynatemp_exponent",
        ["dynatempExponent"],
        SettingValues.Number(0, 100),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DynamicTemperatureExponent = value.Real() } });

    /// <summary>2 for Mirostat 2, which keeps the surprise of the answer near <c>mirostat_tau</c> in place of all other ways to drop tokens; 0, as usual, for none.</summary>
    public static Setting<GenerationSettings> Mirostat { get; } = new(
        "mirostat",
        [],
        SettingValues.Integer(0, 0, also: 2),
        static (settings, value) => settings with { Sampling = settings.Sampling with { UsesMirostat = value.Integer() == 2 } });

    /// <summary>The mean surprise of tokens that Mirostat aims at, in bits, usually 5.</summary>
    public static Setting<GenerationSettings> MirostatTarget { get; } = new(
        "mirostat_tau",
        ["mirostatTau"],
        SettingValues.Number(0, 100),
        static (settings, value) => settings with { Sampling = settings.Sampling with { MirostatTarget = value.Real() } });

    /// <summary>How fast Mirostat follows, usually 0.1.</summary>
    public static Setting<GenerationSettings> MirostatRate { get; } = new(
        "mirostat_eta",
        ["mirostatEta"],
        SettingValues.Number(0, 1),
        static (settings, value) => settings with { Sampling = settings.Sampling with { MirostatRate = value.Real() } });

    /// <summary>Makes a token less likely that would prolong a repetition: this, times a power of <c>dry_base</c>, is taken from its logit; 0, as usual, for nothing.</summary>
    public static Setting<GenerationSettings> DryMultiplier { get; } = new(
        "dry_multiplier",
        ["dryMultiplier"],
        SettingValues.Number(0, 100),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DryMultiplier = value.Real() } });

    /// <summary>What one more token of repetition multiplies that by, usually 1.75.</summary>
    public static Setting<GenerationSettings> DryBase { get; } = new(
        "dry_base",
        ["dryBase"],
        SettingValues.Number(1, 100),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DryBase = value.Real() } });

    /// <summary>Tokens that may be repeated without it, usually 2.</summary>
    public static Setting<GenerationSettings> DryAllowedLength { get; } = new(
        "dry_allowed_length",
        ["dryAllowedLength"],
        SettingValues.Integer(1, 1_000_000),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DryAllowedLength = value.Integer() } });

    /// <summary>How many of the last tokens are looked through for repetitions; 0 for none, -1, as usual, for the whole context.</summary>
    public static Setting<GenerationSettings> DryWindow { get; } = new(
        "dry_penalty_last_n",
        ["dryPenaltyLastN"],
        SettingValues.Integer(-1, 1_000_000),
        static (settings, value) => settings with { Sampling = settings.Sampling with { DryWindow = value.Integer() } });

    /// <summary>Texts that a repetition does not reach across, usually the end of a line, a colon, a quote and an asterisk.</summary>
    public static Setting<GenerationSettings> DryBreakers { get; } = new(
        "dry_sequence_breakers",
        ["drySequenceBreakers"],
        SettingValues.Texts,
        static (settings, value) => settings with { Sampling = settings.Sampling with { DryBreakers = value.Texts() } });

    /// <summary>What is added to the logits of tokens, by their ids in the model's vocabulary: 5 makes one much likelier, -100 forbids it. At most 1,024 tokens.</summary>
    public static Setting<GenerationSettings> LogitBias { get; } = new(
        "logit_bias",
        ["logitBias"],
        SettingValues.Biases,
        static (settings, value) => settings with { Sampling = settings.Sampling with { LogitBias = value.Biases() } });

    /// <summary>Most tokens of an answer.</summary>
    public static Setting<GenerationSettings> MaxNewTokens { get; } = new(
        "max_new_tokens",
        ["max_tokens", "maxNewTokens", "maxTokens", "n_predict", "max_completion_tokens", "max_output_tokens"],
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
        TypicalP, TopNSigma, XtcProbability, XtcThreshold, DynamicTemperatureRange, DynamicTemperatureExponent, Mirostat, MirostatTarget, MirostatRate,
        DryMultiplier, DryBase, DryAllowedLength, DryWindow, DryBreakers, LogitBias,
    ]);

    private static int? SeedOf(double seed)
    {
        // Larger ones, such as a time in milliseconds, are folded.
        var whole = (long)seed;
        return seed < 0 ? null : (int)((whole ^ (whole >> 31)) & int.MaxValue);
    }
}
