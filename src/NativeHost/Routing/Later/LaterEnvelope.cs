using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Messages;

namespace NativeHost.Routing.Later;

/// <summary>One request in the later envelope: <c>route</c>, <c>request_id</c>, <c>payload</c>; answered by <c>success</c> and <c>data</c>, or <c>error</c>.</summary>
/// <remarks>It becomes the request of an action, and that action's final frame becomes its answer: there is one handler for both.</remarks>
internal sealed class LaterEnvelope(MessageHead head)
{
    /// <summary>Echoed where the request has no id that could be.</summary>
    private const string UnknownId = "unknown";

    private readonly string _name = head.Route ?? "";
    private LaterRoute? _route;
    private LaterPayload _payload = new(default);

    /// <summary>Makes the request of an action from it.</summary>
    /// <returns>The action's name, and its request without the id.</returns>
    /// <exception cref="RequestException">There is no such route, or a field is wrong.</exception>
    public (string Action, byte[] Json) Translate(ReadOnlySpan<byte> json)
    {
        if (head.Id is null)
        {
            throw LaterPayload.Bad("request_id", "it is required, a text");
        }

        if (_name.Length == 0 || !_name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
        {
            throw LaterPayload.Bad("route", "it is a text of letters, digits, _ and -");
        }

        _route = LaterRoutes.Find(_name) ?? throw new RequestException(ErrorCode.UnknownAction, LaterRoutes.WhyNot(_name));
        if (head.Payload.End.Value > 0)
        {
            var reader = new Utf8JsonReader(json[head.Payload]);
            _payload = LaterPayload.Of(JsonElement.ParseValue(ref reader));
        }

        try
        {
            return (_route.Action, RequestOf(_route));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape, in a text or a name that is copied: reader and writer have this exception for it.
            throw LaterPayload.Bad("payload", "a text in it is not valid Unicode");
        }
    }

    private byte[] RequestOf(LaterRoute route)
    {
        var request = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(request))
        {
            writer.WriteStartObject();
            route.WriteRequest(writer, _payload);
            writer.WriteEndObject();
        }

        return request.WrittenSpan.ToArray();
    }

    /// <summary>Writes the answer that an action's final frame stands for.</summary>
    public void Write<T>(Utf8JsonWriter json, T reply, JsonTypeInfo<T> typeInfo)
        where T : Reply
    {
        var id = head.Id?.ToString() ?? UnknownId;
        json.WriteStartObject();
        json.WriteString("request_id"u8, id);
        json.WriteBoolean("success"u8, reply is not ErrorReply);
        if (reply is ErrorReply error)
        {
            json.WritePropertyName("error"u8);
            LaterErrors.Write(json, error, _name, id, MessagesJson.Default.ErrorDetails);
        }
        else
        {
            json.WriteStartObject("data"u8);
            _route!.WriteData(json, new LaterAnswer(JsonSerializer.SerializeToElement(reply, typeInfo), _payload, id, TimeProvider.System.GetUtcNow()));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
