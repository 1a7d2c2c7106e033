using System.Globalization;
using System.Text.Json;
using NativeHost.Inference;
using NativeHost.Messages;
using NativeHost.Settings;

namespace NativeHost.Actions.Generation;

/// <summary>Reads settings under all their names, with the leniency of the original: a number may come as a text.</summary>
/// <remarks>Names that it does not know are passed over: a client may be newer than the host.</remarks>
internal static class SettingsReader
{
    /// <summary>2^53: the largest integer that every JSON reader keeps exact.</summary>
    private const long MaxSeed = 1L << 53;

    private const int MaxStopTexts = 16;
    private const int MaxStopTextLength = 256;

    /// <summary>Applies what a client sent to the settings it has.</summary>
    /// <param name="fields">A JSON object's members; the later of two synonyms wins.</param>
    /// <exception cref="RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static GenerationSettings Apply(GenerationSettings settings, IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                settings = ApplyOne(settings, name, value);
            }
        }

        return settings;
    }

    /// <summary>Reads how a model is to be loaded.</summary>
    /// <exception cref="RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static ModelLoadOptions LoadOptions(ModelLoadOptions options, IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value.ValueKind != JsonValueKind.Null)
            {
                options = name switch
                {
                    "n_ctx" or "contextSize" or "context_size" or "contextTokens" or "context_length"
                        => options with { ContextTokens = Integer(name, value, 1, int.MaxValue) },
                    "n_gpu_layers" or "gpuLayers" or "gpu_layers"
                        => options with { GpuLayers = Integer(name, value, -1, 10_000) },
                    "n_threads" or "threads" => options with { Threads = Integer(name, value, 1, 512) },
                    "n_batch" or "batchSize" or "batch_size" => options with { BatchTokens = Integer(name, value, 1, 8192) },
                    "use_mmap" or "useMmap" => options with { UseMemoryMap = Flag(name, value) },
                    _ => options,
                };
            }
        }

        return options;
    }

    /// <summary>Reads how long a model is to be kept without use; null where nothing says so.</summary>
    /// <param name="usual">The time of a model that is expressly not pinned.</param>
    /// <exception cref="RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static TimeSpan? KeepAlive(IEnumerable<KeyValuePair<string, JsonElement>> fields, TimeSpan usual)
    {
        TimeSpan? kept = null;
        bool? isPinned = null;
        foreach (var (name, value) in fields.Where(field => field.Value.ValueKind != JsonValueKind.Null))
        {
            if (name is "keepAliveMinutes" or "keep_alive_minutes")
            {
                var minutes = Number(name, value);
                kept = HostSettings.IsKeepAlive(minutes) ? HostSettings.TimeOf(minutes) : throw Bad(name, "a number from 0 to 525600, or -1");
            }
            else if (name is "pin")
            {
                isPinned = Flag(name, value);
            }
        }

        return isPinned switch
        {
            true => Timeout.InfiniteTimeSpan,
            false => kept ?? usual,
            null => kept,
        };
    }

    /// <summary>The members of an object; none for null.</summary>
    /// <exception cref="RequestException">It is something else.</exception>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Members(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(member => KeyValuePair.Create(NameOf(member, name), member.Value)),
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => throw Bad(name, "an object"),
    };

    private static GenerationSettings ApplyOne(GenerationSettings settings, string name, JsonElement value)
    {
        var sampling = settings.Sampling;
        return name switch
        {
            "temperature" => settings with { Sampling = sampling with { Temperature = Real(name, value, 0, 2) } },
            "top_k" or "topK" => settings with { Sampling = sampling with { TopK = Integer(name, value, 0, int.MaxValue) } },
            "top_p" or "topP" => settings with { Sampling = sampling with { TopP = Real(name, value, 0, 1) } },
            "min_p" or "minP" => settings with { Sampling = sampling with { MinP = Real(name, value, 0, 1) } },
            "repetition_penalty" or "repetitionPenalty" or "repeat_penalty"
                => settings with { Sampling = sampling with { RepetitionPenalty = Real(name, value, 0.1, 10) } },
            "frequency_penalty" or "frequencyPenalty"
                => settings with { Sampling = sampling with { FrequencyPenalty = Real(name, value, -2, 2) } },
            "presence_penalty" or "presencePenalty"
                => settings with { Sampling = sampling with { PresencePenalty = Real(name, value, -2, 2) } },
            "penalty_window" or "penaltyWindow" or "repeat_last_n"
                => settings with { Sampling = sampling with { PenaltyWindow = Integer(name, value, -1, 1_000_000) } },
            "seed" => settings with { Sampling = sampling with { Seed = Seed(name, value) } },
            "max_new_tokens" or "max_tokens" or "maxNewTokens" or "maxTokens" or "n_predict"
                => settings with { MaxNewTokens = Integer(name, value, 1, 1_000_000) },
            "do_sample" or "doSample" => settings with { DoSample = Flag(name, value) },
            "stop" or "stop_sequences" or "stopSequences" => settings with { StopTexts = StopTexts(name, value) },
            _ => settings,
        };
    }

    private static int? Seed(string name, JsonElement value)
    {
        var seed = Number(name, value);
        if (Math.Floor(seed) != seed || seed < -1 || seed > MaxSeed)
        {
            throw Bad(name, $"an integer from -1 to {MaxSeed}");
        }

        // Larger ones, such as a time in milliseconds, are folded.
        var whole = (long)seed;
        return seed < 0 ? null : (int)((whole ^ (whole >> 31)) & int.MaxValue);
    }

    private static int Integer(string name, JsonElement value, int least, int most)
    {
        var number = Number(name, value);
        return number >= least && number <= most && Math.Floor(number) == number
            ? (int)number
            : throw Bad(name, $"an integer from {least} to {most}");
    }

    private static float Real(string name, JsonElement value, double least, double most)
    {
        var number = Number(name, value);
        return number >= least && number <= most
            ? (float)number
            : throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    private static double Number(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.String when double.TryParse(
            TextOf(name, value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Bad(name, "a number"),
    };

    private static bool Flag(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when TextOf(name, value) is "true" or "yes" or "1" => true,
        JsonValueKind.String when TextOf(name, value) is "false" or "no" or "0" => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        _ => throw Bad(name, "true or false"),
    };

    private static string[] StopTexts(string name, JsonElement value)
    {
        string[] texts = value.ValueKind switch
        {
            JsonValueKind.String => [TextOf(name, value)],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                => [.. value.EnumerateArray().Select(item => TextOf(name, item))],
            _ => throw Bad(name, "a text or a list of texts"),
        };
        return texts.Length <= MaxStopTexts && texts.All(text => text.Length is > 0 and <= MaxStopTextLength)
            ? texts
            : throw Bad(name, $"at most {MaxStopTexts} texts of 1 to {MaxStopTextLength} characters");
    }

    private static string TextOf(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape: the reader has this exception for it.
            throw Bad(name, "valid Unicode");
        }
    }

    private static string NameOf(JsonProperty member, string of)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw Bad($"a name in {of}", "valid Unicode");
        }
    }

    private static RequestException Bad(string name, string wanted)
        => new(ErrorCode.InvalidSettings, $"Invalid settings: {name} must be {wanted}.");
}
