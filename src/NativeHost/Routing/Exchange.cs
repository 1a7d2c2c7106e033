using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>One request as its handler sees it: who asks, and how to tell them what happens meanwhile.</summary>
/// <remarks>The answer is what the handler returns; there is no way to send it from here.</remarks>
/// <param name="port">Stands for the port that it came from; only compared.</param>
/// <param name="stopping">Cancelled when its caller stops it.</param>
internal sealed class Exchange(FrameWriter writer, Caller caller, RequestId? id, bool wantsEvents, object port, CancellationToken stopping)
{
    public Caller Caller { get; } = caller;

    public RequestId? Id { get; } = id;

    public object Port { get; } = port;

    /// <summary>Whether the client takes event frames about this request.</summary>
    public bool WantsEvents { get; } = wantsEvents;

    /// <summary>Cancelled when its caller stops it: an end that was asked for, not a loss of the client.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Sends one event frame, or nothing where the client wants none. Waits for a client that does not read.</summary>
    public ValueTask SendAsync<T>(EventType<T> type, T payload, CancellationToken cancellationToken)
        => WantsEvents
            ? writer.WriteAsync(
                (Frame: new EventFrame<T>(Id, type.Name, payload), TypeInfo: type.Frame()),
                static (json, message) => JsonSerializer.Serialize(json, message.Frame, message.TypeInfo),
                cancellationToken)
            : ValueTask.CompletedTask;

    /// <summary>Sends one event frame whose payload is written by hand: for what comes with every token.</summary>
    public ValueTask SendAsync<T>(EventType type, T payload, Action<Utf8JsonWriter, T> encode, CancellationToken cancellationToken)
        => WantsEvents
            ? writer.WriteAsync(
                (Id, type, payload, encode),
                static (json, message) =>
                {
                    json.WriteStartObject();
                    WriteId(json, message.Id);
                    json.WriteString("type"u8, message.type.Name);
                    json.WritePropertyName("payload"u8);
                    message.encode(json, message.payload);
                    json.WriteEndObject();
                },
                cancellationToken)
            : ValueTask.CompletedTask;

    private static void WriteId(Utf8JsonWriter json, RequestId? id)
    {
        if (id is not { } given)
        {
            return;
        }

        if (given.Text is not null)
        {
            json.WriteString("requestId"u8, given.Text);
        }
        else
        {
            json.WriteNumber("requestId"u8, given.Number);
        }
    }
}
