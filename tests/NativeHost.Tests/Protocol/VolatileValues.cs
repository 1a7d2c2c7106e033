using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeHost.Tests.Protocol;

/// <summary>The one place that says what in a frame differs from run to run, or from machine to machine, and what stands for it in transcripts.</summary>
internal static class VolatileValues
{
    private const string Time = "2026-01-01T00:00:00+00:00";
    private const long Seconds = 1767225600;
    private const long Milliseconds = 1000 * Seconds;
    private const long Bytes = 1000000000;
    private const double Speed = 12.5;

    // By the field's name; a text, or a number, takes the place of one.
    private static readonly Dictionary<string, (string? Text, double? Number)> Masks = new()
    {
        ["pid"] = (null, 4242),
        ["hubRequestId"] = ("Root=1-0", null),
        ["streamId"] = ("0123456789abcdef", null),
        ["sessionId"] = ("s_0123456789abcdef", null),

        ["message_id"] = ("msg_0", null),
        ["messageId"] = ("msg_0", null),
        ["userMessageId"] = ("msg_0", null),

        // When
        ["created"] = (null, Seconds),
        ["created_at"] = (Time, Milliseconds),
        ["expires"] = (null, Seconds),
        ["last_used"] = (Time, null),
        ["load_time"] = (null, Seconds),
        ["loadedAt"] = (null, Seconds),
        ["loaded_at"] = (Time, Seconds),
        ["since"] = (null, Seconds),
        ["startedAt"] = (null, Seconds),
        ["started_at"] = (null, Seconds),
        ["timestamp"] = (Time, Seconds),
        ["updated_at"] = (Time, Milliseconds),
        ["oldest"] = (null, Milliseconds),

        // Where in a store that has a random name, or at what time
        ["cursor"] = ("Y3Vyc29y", null),
        ["next_cursor"] = ("Y3Vyc29y", null),

        // How large its files have become
        ["file_bytes"] = (null, 1000000),
        ["journal_bytes"] = (null, 1000000),

        // How fast
        ["bytesPerSecond"] = (null, Speed),
        ["etaSeconds"] = (null, Speed),
        ["timeToFirstToken"] = (null, Speed),
        ["time_to_first_token"] = (null, Speed),
        ["tokensPerSecond"] = (null, Speed),
        ["tokens_per_second"] = (null, Speed),
        ["total_time"] = (null, Speed),
        ["tps"] = ("12.5", null),

        // How long, and how long ago
        ["durationMs"] = (null, 10),
        ["age_ms"] = (null, 0),
        ["vramAgeMs"] = (null, 0),

        // What an entry in the settings looks like on the system of the tests
        ["example"] = ("""{"name": "status", "program": "/usr/bin/git", "arguments": ["status", "--short"], "origins": ["*"]}""", null),

        // What the processor that runs the tests can do
        ["bitnet_dll_variant"] = ("avx2", null),

        // How much memory
        ["availableBytes"] = (null, Bytes),
        ["memory"] = (null, Bytes),
    };

    /// <summary>Frames as they are recorded.</summary>
    /// <param name="texts">What stands in texts, such as the folder of the host's files, and what is to stand there.</param>
    public static IReadOnlyList<JsonObject> Mask(IReadOnlyList<JsonObject> frames, IReadOnlyDictionary<string, string> texts)
    {
        var kept = new List<JsonObject>();
        foreach (var frame in frames.Where(frame => !IsPassing(frame)))
        {
            // Of a run of reports about one download the last is kept: the others come as time allows.
            if (kept.Count > 0 && IsDownload(frame) && IsDownload(kept[^1]))
            {
                kept.RemoveAt(kept.Count - 1);
            }

            kept.Add(Masked(frame, texts).AsObject());
        }

        return kept;
    }

    private static bool IsDownload(JsonObject frame) => (string?)frame["type"] == "MODEL_DOWNLOAD_PROGRESS";

    // Reports that come, or do not, as time allows.
    private static bool IsPassing(JsonObject frame)
        => (string?)frame["type"] == "modelVerifyProgress" || ((string?)frame["type"] == "modelWorkerLoadingProgress" && (string?)frame["payload"]!["status"] == "progress");

    private static JsonNode Masked(JsonNode node, IReadOnlyDictionary<string, string> texts) => node switch
    {
        JsonObject map => new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Masked(member.Key, member.Value, texts)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Masked(item, texts))]),
        JsonValue value when value.TryGetValue<string>(out var text)
            => JsonValue.Create(texts.Aggregate(text, (masked, other) => masked.Replace(other.Key, other.Value, StringComparison.Ordinal))),
        _ => node.DeepClone(),
    };

    private static JsonNode Masked(string name, JsonNode value, IReadOnlyDictionary<string, string> texts)
    {
        var mask = Masks.GetValueOrDefault(name);
        return value.GetValueKind() switch
        {
            // Systems and drivers have versions as well.
            JsonValueKind.String when name == "version" && value.GetValue<string>() == HostVersion.Text => JsonValue.Create("1.0.0"),
            JsonValueKind.String when name == "id" && value.GetValue<string>().StartsWith("chatcmpl-", StringComparison.Ordinal) => JsonValue.Create("chatcmpl-0123456789abcdef"),
            JsonValueKind.String when name == "id" && value.GetValue<string>().StartsWith("resp_", StringComparison.Ordinal) => JsonValue.Create("resp_0123456789abcdef"),
            JsonValueKind.String when mask.Text is { } text => JsonValue.Create(text),
            // Counts have this name too.
            JsonValueKind.Number when name == "created" && value.GetValue<double>() < 1e6 => value.DeepClone(),
            JsonValueKind.Number when mask.Number is { } number => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture))!,
            _ => Masked(value, texts),
        };
    }
}
