using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Streams;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Responses;

/// <summary>A piece of an item.</summary>
/// <remarks><see cref="ResponseDeltaEncoder"/> writes it by hand.</remarks>
/// <param name="Delta">Text to append: to the message, to what the model thinks, or to the arguments of the last call, as the event's type says.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record ResponseDeltaPayload(string Delta, string StreamId, long Seq);

/// <summary>A call of a tool that begins.</summary>
/// <remarks><see cref="ResponseDeltaEncoder"/> writes it by hand.</remarks>
/// <param name="Item">The call, still without arguments.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record ResponseItemPayload(BegunCall Item, string StreamId, long Seq);

/// <summary>A call of a tool.</summary>
/// <param name="Type">Always the same.</param>
/// <param name="CallId">Names the call.</param>
/// <param name="Name">The tool's name.</param>
internal sealed record BegunCall([property: OneOf("function_call")] string Type, [property: JsonPropertyName("call_id")] string CallId, string Name);

/// <summary>Writes the deltas of a <c>responses</c> answer.</summary>
internal sealed class ResponseDeltaEncoder
{
    private readonly bool _hasDeltas;

    /// <param name="hasDeltas">False where only the place in the queue and the progress of the prompt are told.</param>
    public ResponseDeltaEncoder(bool hasDeltas)
    {
        _hasDeltas = hasDeltas;
        Encoding = new StreamEncoding(TypeOf, Write);
    }

    public StreamEncoding Encoding { get; }

    private EventType? TypeOf(JournalEntryKind kind) => kind switch
    {
        JournalEntryKind.Text => _hasDeltas ? ActionEvents.ResponseText : null,
        JournalEntryKind.Reasoning => _hasDeltas ? ActionEvents.ResponseReasoning : null,
        JournalEntryKind.ToolCall => _hasDeltas ? ActionEvents.ResponseItemAdded : null,
        JournalEntryKind.ToolArguments => _hasDeltas ? ActionEvents.ResponseArguments : null,
        _ => UpdateEncoder.TypeOf(kind),
    };

    private static void Write(Utf8JsonWriter json, StreamUpdate update)
    {
        switch (update.Entry.Kind)
        {
            case JournalEntryKind.Text or JournalEntryKind.Reasoning or JournalEntryKind.ToolArguments:
                json.WriteStartObject();
                json.WriteString("delta"u8, update.Entry.Text.Span);
                break;
            case JournalEntryKind.ToolCall:
                json.WriteStartObject();
                json.WriteStartObject("item"u8);
                json.WriteString("type"u8, "function_call"u8);
                json.WriteString("call_id"u8, update.Entry.Call!.Id);
                json.WriteString("name"u8, update.Entry.Call.Name);
                json.WriteEndObject();
                break;
            default:
                UpdateEncoder.Write(json, update);
                return;
        }

        json.WriteString("streamId"u8, update.StreamId);
        json.WriteNumber("seq"u8, update.Seq);
        json.WriteEndObject();
    }
}
