using System.Text;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>JSON that clients keep with conversations and messages. What is taken can always be given back.</summary>
internal static class ClientJson
{
    /// <summary>Most bytes of a value: what is kept with one message has to fit into a frame, with a part of its text.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>Well below what a frame may nest.</summary>
    private const int MostDepth = 64;

    /// <summary>An object of a request, as the store keeps it.</summary>
    /// <param name="field">Its name in the request.</param>
    /// <returns>Null where it is absent; empty where it is null, which takes away what is stored.</returns>
    /// <exception cref="Messages.RequestException">It is something else, or too much.</exception>
    public static string? Object(JsonElement value, string field) => Text(value, JsonValueKind.Object, field, "an object");

    /// <summary>A list of a request.</summary>
    /// <inheritdoc cref="Object"/>
    public static string? List(JsonElement value, string field) => Text(value, JsonValueKind.Array, field, "a list");

    /// <summary>What the store kept.</summary>
    public static JsonElement? Read(string? stored) => string.IsNullOrEmpty(stored) ? null : JsonElement.Parse(stored);

    private static string? Text(JsonElement value, JsonValueKind kind, string field, string wanted)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return value.ValueKind == JsonValueKind.Null ? "" : null;
        }

        if (value.ValueKind != kind)
        {
            throw RequestFields.Invalid(field, $"it is {wanted}");
        }

        if (ProblemOf(Encoding.UTF8.GetBytes(value.GetRawText())) is { } problem)
        {
            throw RequestFields.Invalid(field, problem);
        }

        // As the host itself writes it: clients may use six bytes for a letter.
        var text = FrameRoom.TextOf(value, ActionsJson.Default.JsonElement);
        return Encoding.UTF8.GetByteCount(text) is var bytes and > MostBytes
            ? throw RequestFields.Invalid(field, $"it may have {MostBytes} bytes, and has {bytes}")
            : text;
    }

    private static string? ProblemOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MostDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }

            return null;
        }
        catch (JsonException)
        {
            return $"it is nested deeper than {MostDepth} levels";
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that half of a surrogate pair stands in an escape.
            return "a text in it is not valid Unicode";
        }
    }
}
