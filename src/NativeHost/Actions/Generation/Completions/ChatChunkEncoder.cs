using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions.Streams;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Completions;

/// <summary>A piece of an answer in OpenAI's shape.</summary>
/// <remarks><see cref="ChatChunkEncoder"/> writes it by hand.</remarks>
/// <param name="Id">Of the answer.</param>
/// <param name="Object">Always the same.</param>
/// <param name="Created">When it was asked for, in seconds since 1970.</param>
/// <param name="Model">What the model is called.</param>
/// <param name="Choices">One: the answer that grows.</param>
/// <param name="StreamId">What <c>resume_stream</c> and <c>stop_generation</c> take.</param>
/// <param name="Seq">Number of the event in its stream, from 1.</param>
internal sealed record ChatChunkPayload(
    string Id,
    [property: OneOf("chat.completion.chunk")] string Object,
    long Created,
    string Model,
    IReadOnlyList<ChunkChoice> Choices,
    string StreamId,
    long Seq);

/// <summary>How an answer grows.</summary>
/// <param name="Index">Which answer, from 0.</param>
/// <param name="Delta">What is new of its message.</param>
/// <param name="FinishReason">Always null: the final frame has it.</param>
internal sealed record ChunkChoice(
    int Index,
    ChunkDelta Delta,
    [property: JsonPropertyName("finish_reason")]
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? FinishReason)
{
    /// <summary>How likely the next token was; then the delta is empty. Absent elsewhere.</summary>
    public AnswerLogProbs? Logprobs { get; init; }
}

/// <summary>What is new of a message: one of the fields is there, or none where the chunk tells how likely a token was.</summary>
internal sealed record ChunkDelta
{
    /// <summary>Text to append to the answer.</summary>
    public string? Content { get; init; }

    /// <summary>Text to append to what the model thinks.</summary>
    [JsonPropertyName("reasoning_content")]
    public string? ReasoningContent { get; init; }

    /// <summary>One: a tool call that begins or goes on.</summary>
    [JsonPropertyName("tool_calls")]
    public IReadOnlyList<ChunkCall>? ToolCalls { get; init; }
}

/// <summary>How a tool call grows.</summary>
/// <param name="Index">Which call of the answer, from 0.</param>
/// <param name="Id">Of the call; in its first chunk alone.</param>
/// <param name="Type">In the call's first chunk alone; always the same.</param>
/// <param name="Function">What is called.</param>
internal sealed record ChunkCall(int Index, string? Id, [property: OneOf("function")] string? Type, ChunkFunction Function);

/// <summary>What a tool call calls.</summary>
/// <param name="Name">The tool's; in the call's first chunk alone.</param>
/// <param name="Arguments">Text to append to the JSON of the arguments.</param>
internal sealed record ChunkFunction(string? Name, string Arguments);

/// <summary>Writes the chunks of one answer, without making objects of them: one comes with every token.</summary>
internal sealed class ChatChunkEncoder
{
    private readonly string _model;
    private readonly long _created;
    private readonly int _index;
    private readonly bool _hasChunks;

    /// <param name="model">What the model is called.</param>
    /// <param name="created">When it was asked for, in seconds since 1970.</param>
    /// <param name="index">Which answer, from 0.</param>
    /// <param name="hasChunks">False where only the place in the queue and the progress of the prompt are told.</param>
    public ChatChunkEncoder(string model, long created, int index, bool hasChunks)
    {
        (_model, _created, _index, _hasChunks) = (model, created, index, hasChunks);
        Encoding = new StreamEncoding(TypeOf, Write);
    }

    public StreamEncoding Encoding { get; }

    private static bool IsChunk(JournalEntryKind kind)
        => kind is JournalEntryKind.Text or JournalEntryKind.Reasoning or JournalEntryKind.ToolCall or JournalEntryKind.ToolArguments or JournalEntryKind.LogProbs;

    private EventType? TypeOf(JournalEntryKind kind)
        => !IsChunk(kind) ? UpdateEncoder.TypeOf(kind) : _hasChunks ? ActionEvents.ChatChunk : null;

    private void Write(Utf8JsonWriter json, StreamUpdate update)
    {
        if (!IsChunk(update.Entry.Kind))
        {
            UpdateEncoder.Write(json, update);
            return;
        }

        json.WriteStartObject();
        json.WriteString("id"u8, ChatCompletion.IdPrefix + update.StreamId);
        json.WriteString("object"u8, "chat.completion.chunk"u8);
        json.WriteNumber("created"u8, _created);
        json.WriteString("model"u8, _model);
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, _index);
        json.WriteStartObject("delta"u8);
        WriteDelta(json, update.Entry);
        json.WriteEndObject();
        if (update.Entry.Kind == JournalEntryKind.LogProbs)
        {
            json.WriteStartObject("logprobs"u8);
            json.WriteStartArray("content"u8);
            json.WriteRawValue(update.Entry.Text.Span, skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteNull("finish_reason"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("streamId"u8, update.StreamId);
        json.WriteNumber("seq"u8, update.Seq);
        json.WriteEndObject();
    }

    private static void WriteDelta(Utf8JsonWriter json, in JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalEntryKind.Text:
                json.WriteString("content"u8, entry.Text.Span);
                break;
            case JournalEntryKind.Reasoning:
                json.WriteString("reasoning_content"u8, entry.Text.Span);
                break;
            case JournalEntryKind.LogProbs:
                break;
            default:
                json.WriteStartArray("tool_calls"u8);
                json.WriteStartObject();
                json.WriteNumber("index"u8, entry.CallIndex);
                if (entry.Call is { } begun)
                {
                    json.WriteString("id"u8, begun.Id);
                    json.WriteString("type"u8, "function"u8);
                }

                json.WriteStartObject("function"u8);
                if (entry.Call is { } call)
                {
                    json.WriteString("name"u8, call.Name);
                }

                json.WriteString("arguments"u8, entry.Text.Span);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndArray();
                break;
        }
    }
}
