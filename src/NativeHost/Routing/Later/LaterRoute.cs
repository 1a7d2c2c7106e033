using System.Text.Json;

namespace NativeHost.Routing.Later;

/// <summary>How one route of the later envelope is answered by an action.</summary>
/// <param name="Name">The route.</param>
/// <param name="Action">The action that answers it.</param>
/// <param name="WriteRequest">Writes the members of the action's request, and checks what only the route asks for.</param>
/// <param name="WriteData">Writes the members of <c>data</c> from the action's final frame.</param>
internal sealed record LaterRoute(
    string Name,
    string Action,
    Action<Utf8JsonWriter, LaterPayload> WriteRequest,
    Action<Utf8JsonWriter, LaterAnswer> WriteData);

/// <summary>What <c>data</c> is made of.</summary>
/// <param name="Frame">The action's final frame, of a success.</param>
/// <param name="Payload">What the client sent.</param>
/// <param name="Id">The request's id, as a text.</param>
/// <param name="Now">Seconds since 1970.</param>
internal sealed record LaterAnswer(JsonElement Frame, LaterPayload Payload, string Id, DateTimeOffset Now)
{
    /// <summary>The frame's own <c>payload</c>; the frame where it has none.</summary>
    public JsonElement Body => Frame.TryGetProperty("payload", out var payload) ? payload : Frame;

    /// <summary>A value inside <see cref="Body"/>; null where any part of the way is absent or null.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> way)
    {
        var found = Body;
        foreach (var name in way)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found.ValueKind == JsonValueKind.Null ? null : found;
    }

    /// <summary>Writes such a value as a member; null where there is none.</summary>
    public void Copy(Utf8JsonWriter json, string name, params ReadOnlySpan<string> way)
    {
        json.WritePropertyName(name);
        if (Find(way) is { } found)
        {
            found.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
