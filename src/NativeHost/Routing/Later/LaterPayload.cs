using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Routing.Later;

/// <summary>The payload of a request in the later envelope, read field by field. What is wrong with a field is said under its name.</summary>
/// <param name="value">An object; null or absent for none.</param>
internal sealed class LaterPayload(JsonElement value)
{
    /// <exception cref="RequestException">It is no object.</exception>
    public static LaterPayload Of(JsonElement value) => value.ValueKind is JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined
        ? new LaterPayload(value)
        : throw Bad("payload", "it is an object, or null");

    /// <summary>What is wrong with a field.</summary>
    public static RequestException Bad(string field, string message)
        => new(ErrorCode.InvalidRequest, message) { Details = new ErrorDetails { Field = field } };

    /// <summary>The field's value; null where it is absent or null.</summary>
    public JsonElement? Find(string field)
        => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(field, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <exception cref="RequestException">It is no text, or absent.</exception>
    public string Text(string field) => FindText(field) is { Length: > 0 } text ? text : throw Bad(field, "it is required, a text");

    /// <exception cref="RequestException">It is no text.</exception>
    public string? FindText(string field)
    {
        if (Find(field) is not { } found)
        {
            return null;
        }

        try
        {
            return found.ValueKind == JsonValueKind.String ? found.GetString() : throw Bad(field, "it is a text");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape: the reader has this exception for it.
            throw Bad(field, "it is not valid Unicode");
        }
    }

    /// <exception cref="RequestException">It is no number in the range.</exception>
    public double? FindNumber(string field, double least, double most)
        => Find(field) is not { } found ? null
            : found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out var number) && number >= least && number <= most ? number
            : throw Bad(field, $"it is a number from {least} to {most}");

    /// <summary>Copies a field into a request as it stands, where it is there.</summary>
    /// <param name="name">What the request calls it.</param>
    public void Copy(Utf8JsonWriter json, string field, string? name = null)
    {
        if (Find(field) is { } found)
        {
            json.WritePropertyName(name ?? field);
            found.WriteTo(json);
        }
    }
}
