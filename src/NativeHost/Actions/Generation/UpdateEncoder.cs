using System.Buffers.Text;
using System.Text.Json;
using NativeHost.Actions.Streams;
using NativeHost.Inference.Generation;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>One event of a stream.</summary>
/// <param name="Seq">Its number in the stream, from 1.</param>
internal readonly record struct StreamUpdate(string StreamId, long Seq, JournalEntry Entry);

/// <summary>How the events of a stream are put into frames.</summary>
/// <param name="TypeOf">The kind of frame for a kind of entry; null where it is not told.</param>
/// <param name="Write">Writes the payload.</param>
internal sealed record StreamEncoding(Func<JournalEntryKind, EventType?> TypeOf, Action<Utf8JsonWriter, StreamUpdate> Write);

/// <summary>Writes the events of a stream, without making a text of them: one comes with every token.</summary>
internal static class UpdateEncoder
{
    public static StreamEncoding Encoding { get; } = new(TypeOf, Write);

    public static EventType TypeOf(JournalEntryKind kind)
        => kind switch
        {
            JournalEntryKind.Queued => ActionEvents.GenerationQueued,
            JournalEntryKind.Sources => ActionEvents.PageSources,
            JournalEntryKind.ToolCall or JournalEntryKind.ToolArguments => ActionEvents.ToolCallUpdate,
            JournalEntryKind.Overflow => ActionEvents.ContextOverflow,
            JournalEntryKind.LogProbs => ActionEvents.TokenLogProbs,
            _ => ActionEvents.GenerationUpdate,
        };

    /// <summary>
    /// Writes the payload: <see cref="GenerationQueuedPayload"/>, <see cref="Pages.PageSourcesPayload"/>, <see cref="ToolCallUpdatePayload"/>,
    /// <see cref="TokenLogProbsPayload"/>, <see cref="ContextOverflowPayload"/> or <see cref="GenerationUpdatePayload"/>.
    /// </summary>
    public static void Write(Utf8JsonWriter json, StreamUpdate update)
    {
        json.WriteStartObject();
        switch (update.Entry.Kind)
        {
            case JournalEntryKind.Queued:
                json.WriteNumber("position"u8, update.Entry.QueuePosition);
                break;
            case JournalEntryKind.Prefill:
                WritePrefill(json, update.Entry.Prefill);
                break;
            case JournalEntryKind.Sources:
                json.WritePropertyName("sources"u8);
                json.WriteRawValue(update.Entry.Text.Span, skipInputValidation: true);
                break;
            case JournalEntryKind.Overflow:
                json.WriteNumber("dropped"u8, update.Entry.Overflow.Dropped);
                json.WriteNumber("kept"u8, update.Entry.Overflow.Kept);
                break;
            case JournalEntryKind.LogProbs:
                json.WritePropertyName("logprobs"u8);
                json.WriteRawValue(update.Entry.Text.Span, skipInputValidation: true);
                break;
            case JournalEntryKind.ToolCall or JournalEntryKind.ToolArguments:
                WriteCall(json, update.Entry);
                break;
            default:
                WriteText(json, update.Entry);
                break;
        }

        json.WriteString("streamId"u8, update.StreamId);
        json.WriteNumber("seq"u8, update.Seq);
        json.WriteEndObject();
    }

    private static void WritePrefill(Utf8JsonWriter json, PrefillProgress progress)
    {
        json.WriteString("phase"u8, "prefill"u8);
        json.WriteString("token"u8, ""u8);
        json.WriteNull("tps"u8);
        json.WriteNumber("numTokens"u8, 0);
        json.WriteNumber("done"u8, progress.Done);
        json.WriteNumber("total"u8, progress.Total);
        json.WriteNumber("cached"u8, progress.Cached);
    }

    private static void WriteCall(Utf8JsonWriter json, in JournalEntry entry)
    {
        json.WriteNumber("index"u8, entry.CallIndex);
        if (entry.Call is { } call)
        {
            json.WriteString("id"u8, call.Id);
            json.WriteString("name"u8, call.Name);
        }

        json.WriteString("arguments"u8, entry.Text.Span);
        json.WriteNumber("numTokens"u8, entry.TokenCount);
    }

    private static void WriteText(Utf8JsonWriter json, in JournalEntry entry)
    {
        var isReasoning = entry.Kind == JournalEntryKind.Reasoning;
        json.WriteString("phase"u8, isReasoning ? "reasoning"u8 : "decode"u8);

        // Older clients append every token to the answer, whatever the phase.
        json.WriteString("token"u8, isReasoning ? default : entry.Text.Span);
        if (isReasoning)
        {
            json.WriteString("reasoning"u8, entry.Text.Span);
        }

        if (entry.TokenCount > 1 && entry.Elapsed > TimeSpan.Zero)
        {
            Span<byte> tps = stackalloc byte[32];
            Utf8Formatter.TryFormat((entry.TokenCount - 1) / entry.Elapsed.TotalSeconds, tps, out var written, new('F', 1));
            json.WriteString("tps"u8, tps[..written]);
        }
        else
        {
            json.WriteNull("tps"u8);
        }

        json.WriteNumber("numTokens"u8, entry.TokenCount);
    }
}
