using System.Text.Json;

namespace NativeHost.ModelCache.Hub;

/// <summary>Reads fields of JSON that a stranger wrote: what is needed has to be there in its type, and what is not needed is null where it is not.</summary>
internal static class JsonFields
{
    /// <exception cref="FormatException">It is missing, or no text.</exception>
    public static string NeedText(this JsonElement item, string name)
        => item.TextOrNull(name) ?? throw new FormatException($"its field \"{name}\" is missing, or no text");

    /// <exception cref="FormatException">It is missing, or no whole number that fits.</exception>
    public static long NeedLong(this JsonElement item, string name)
        => item.LongOrNull(name) ?? throw new FormatException($"its field \"{name}\" is missing, or no whole number");

    public static JsonElement? FieldOrNull(this JsonElement item, string name)
        => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;

    public static string? TextOrNull(this JsonElement item, string name) => item.FieldOrNull(name) is { } field ? field.TextOrNull() : null;

    public static string? TextOrNull(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is no text.
            return null;
        }
    }

    public static long? LongOrNull(this JsonElement item, string name)
        => item.FieldOrNull(name) is { ValueKind: JsonValueKind.Number } field && field.TryGetInt64(out var value) ? value : null;

    public static DateTimeOffset? TimeOrNull(this JsonElement item, string name)
        => item.FieldOrNull(name) is { ValueKind: JsonValueKind.String } field && field.TryGetDateTimeOffset(out var value) ? value : null;

    public static bool IsTrue(this JsonElement item, string name) => item.FieldOrNull(name) is { ValueKind: JsonValueKind.True };
}
