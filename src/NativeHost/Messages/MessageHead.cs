using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace NativeHost.Messages;

/// <summary>What routing needs of a message, read without building it.</summary>
/// <param name="Action">The action's name in lower case; empty where the message has none.</param>
/// <param name="Id">The client's name for the request; null where it gave none.</param>
/// <param name="WantsEvents">Whether event frames may come before the final one.</param>
/// <param name="Namespace">The client's secret that separates it from others of the same origin; null where it gave none.</param>
/// <param name="Fault">What is wrong with another field of the head, to be told under the id; null where nothing is.</param>
/// <param name="Route">What a message in the later envelope asks for; null where it is in the usual one.</param>
/// <param name="Payload">Where the payload of such a message stands in it; empty where it has none.</param>
internal readonly record struct MessageHead(
    string Action,
    RequestId? Id,
    bool WantsEvents,
    string? Namespace = null,
    RequestException? Fault = null,
    string? Route = null,
    Range Payload = default)
{
    private const int MaxNamespaceBytes = 128;

    /// <summary>Stands for the head of a message that could not be read: its answer carries no id.</summary>
    public static MessageHead Unreadable { get; } = new(string.Empty, null, true);

    /// <summary>Reads the head of a message, and checks that the whole is one JSON object in valid UTF-8.</summary>
    /// <exception cref="RequestException">It is not, or a field of the head has the wrong type.</exception>
    public static MessageHead Parse(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new RequestException(ErrorCode.InvalidJson, "Invalid JSON: the message is not valid UTF-8.");
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
            return Read(ref reader);
        }
        catch (JsonException e)
        {
            throw new RequestException(ErrorCode.InvalidJson, $"Invalid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair in an escape: the reader has this exception for it.
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a text in it is not valid Unicode.", e);
        }
    }

    private static MessageHead Read(ref Utf8JsonReader reader)
    {
        var action = string.Empty;
        RequestId? id = null;
        var wantsEvents = true;
        string? secret = null;
        RequestException? fault = null;
        string? route = null;
        var payload = default(Range);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a message is a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("action"u8))
            {
                action = ReadText(ref reader, "action").ToLowerInvariant();
            }
            else if (reader.ValueTextEquals("requestId"u8) || reader.ValueTextEquals("request_id"u8) || reader.ValueTextEquals("id"u8))
            {
                id = ReadId(ref reader) ?? id;
            }
            else if (reader.ValueTextEquals("events"u8))
            {
                reader.Read();
                wantsEvents = reader.TokenType != JsonTokenType.False;
                if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
                {
                    fault = new RequestException(ErrorCode.InvalidRequest, "Invalid request: events is true or false.");
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("namespace"u8))
            {
                reader.Read();
                secret = reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } given ? given : null;
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null) || Encoding.UTF8.GetByteCount(secret ?? "") > MaxNamespaceBytes)
                {
                    fault = new RequestException(ErrorCode.InvalidRequest, $"Invalid request: namespace is a text of 1 to {MaxNamespaceBytes} bytes.");
                    reader.Skip();
                }
            }
            else if (reader.ValueTextEquals("route"u8))
            {
                reader.Read();
                route = reader.TokenType == JsonTokenType.String ? reader.GetString() : "";
                reader.Skip();
            }
            else if (reader.ValueTextEquals("payload"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                payload = start..(int)reader.BytesConsumed;
            }
            else
            {
                reader.Skip();
            }
        }

        // Whatever stands behind the object makes the message bad JSON, and this read says so.
        reader.Read();
        var isLater = route is not null && action.Length == 0;
        return new MessageHead(action, id, wantsEvents, fault is null ? secret : null, fault, isLater ? route : null, payload);
    }

    /// <summary>What cannot be an id is none: clients from before there were ids have fields of these names for something else.</summary>
    private static RequestId? ReadId(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return new RequestId(null, number);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return null;
        }

        var text = reader.GetString()!;
        return Encoding.UTF8.GetByteCount(text) <= RequestId.MaxBytes
            ? new RequestId(text, 0)
            : throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: requestId is over {RequestId.MaxBytes} bytes.");
    }

    private static string ReadText(ref Utf8JsonReader reader, string field)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String
            ? reader.GetString()!
            : throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: {field} is a text.");
    }
}
