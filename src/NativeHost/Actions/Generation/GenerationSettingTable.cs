using System.Collections.Frozen;

namespace NativeHost.Actions.Generation;

/// <summary>Every setting of a generation, and what each is called.</summary>
internal static class GenerationSettingTable
{
    public static IReadOnlyList<Setting<GenerationSettings>> All { get; } =
    [
        Setting<GenerationSettings>.Number(
            "temperature", [], 0, 2, "How freely tokens are chosen; 0 is greedy.",
            settings => settings.Sampling.Temperature,
            (settings, value) => settings with { Sampling = settings.Sampling with { Temperature = (float)value } }),
        Setting<GenerationSettings>.Number(
            "top_p", ["topP"], 0, 1, "Keeps the likeliest tokens whose probabilities sum to it.",
            settings => settings.Sampling.TopP,
            (settings, value) => settings with { Sampling = settings.Sampling with { TopP = (float)value } }),
        Setting<GenerationSettings>.Integer(
            "top_k", ["topK"], 0, int.MaxValue, "Keeps so many of the likeliest tokens; 0 keeps all.",
            settings => settings.Sampling.TopK,
            (settings, value) => settings with { Sampling = settings.Sampling with { TopK = (int)value } }),
        Setting<GenerationSettings>.Number(
            "min_p", ["minP"], 0, 1, "Drops tokens less likely than this part of the likeliest one's probability.",
            settings => settings.Sampling.MinP,
            (settings, value) => settings with { Sampling = settings.Sampling with { MinP = (float)value } }),
        Setting<GenerationSettings>.Integer(
            "max_new_tokens", ["max_tokens", "maxNewTokens", "maxTokens", "n_predict"], 1, 1_000_000, "Most tokens of an answer.",
            settings => settings.MaxNewTokens,
            (settings, value) => settings with { MaxNewTokens = (int)value }),
        Setting<GenerationSettings>.Number(
            "repetition_penalty", ["repetitionPenalty", "repeat_penalty"], 0.1, 10, "Makes seen tokens less likely; 1 changes nothing.",
            settings => settings.Sampling.RepetitionPenalty,
            (settings, value) => settings with { Sampling = settings.Sampling with { RepetitionPenalty = (float)value } }),
        Setting<GenerationSettings>.Number(
            "frequency_penalty", ["frequencyPenalty"], -2, 2, "Taken from a seen token's logit once for each time it was seen.",
            settings => settings.Sampling.FrequencyPenalty,
            (settings, value) => settings with { Sampling = settings.Sampling with { FrequencyPenalty = (float)value } }),
        Setting<GenerationSettings>.Number(
            "presence_penalty", ["presencePenalty"], -2, 2, "Taken from a seen token's logit once.",
            settings => settings.Sampling.PresencePenalty,
            (settings, value) => settings with { Sampling = settings.Sampling with { PresencePenalty = (float)value } }),
        Setting<GenerationSettings>.Integer(
            "penalty_window", ["penaltyWindow", "repeat_last_n"], -1, 1_000_000, "How many of the last tokens count as seen; -1 for the whole context.",
            settings => settings.Sampling.PenaltyWindow,
            (settings, value) => settings with { Sampling = settings.Sampling with { PenaltyWindow = (int)value } }),
        Setting<GenerationSettings>.Flag(
            "do_sample", ["doSample"], "False is greedy, whatever the temperature.",
            settings => settings.DoSample,
            (settings, value) => settings with { DoSample = value }),
        Setting<GenerationSettings>.Integer(
            "seed", [], -1, SettingValue.MaxSeed, "The same seed gives the same answer; -1 for another one each time.",
            settings => settings.Sampling.Seed,
            (settings, value) => settings with { Sampling = settings.Sampling with { Seed = Folded(value) } }),
        Setting<GenerationSettings>.Texts(
            "stop", ["stop_sequences", "stopSequences"], "Texts that end the answer, and are not part of it.",
            settings => settings.StopTexts,
            (settings, value) => settings with { StopTexts = value }),
    ];

    private static readonly FrozenDictionary<string, Setting<GenerationSettings>> ByName = All
        .SelectMany(setting => setting.Synonyms.Append(setting.Name).Select(name => KeyValuePair.Create(name, setting)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The setting that a client calls so; null for none.</summary>
    public static Setting<GenerationSettings>? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Larger seeds than the sampler takes, such as a time in milliseconds, are folded.</summary>
    private static int? Folded(long seed) => seed < 0 ? null : (int)((seed ^ (seed >> 31)) & int.MaxValue);
}
