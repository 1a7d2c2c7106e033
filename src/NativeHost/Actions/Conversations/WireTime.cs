using System.Globalization;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>Times as clients of every generation write them: milliseconds or seconds since 1970, or a text of ISO 8601.</summary>
internal static class WireTime
{
    /// <summary>Smaller numbers are seconds: as milliseconds they would be before March 1973, as seconds they reach the year 5138.</summary>
    private const double LeastMilliseconds = 1e11;

    private const double MostMilliseconds = 1e14;

    /// <returns>Null where it is absent or null.</returns>
    /// <exception cref="Messages.RequestException">It is no time.</exception>
    public static DateTimeOffset? Of(JsonElement value, string field) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Number when value.TryGetDouble(out var number) && number is >= 0 and < MostMilliseconds
            => DateTimeOffset.FromUnixTimeMilliseconds((long)(number < LeastMilliseconds ? number * 1000 : number)),
        JsonValueKind.String when DateTimeOffset.TryParse(
            TextOf(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.ToUnixTimeMilliseconds() < MostMilliseconds => time,
        _ => throw RequestFields.Invalid(field, "it is a time: milliseconds since 1970, or a text such as 2026-01-31T12:00:00Z"),
    };

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape.
            return null;
        }
    }
}
