using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Streams;

/// <summary>One thing that a client is told about its generation.</summary>
/// <param name="Kind">Which of the other fields count.</param>
/// <param name="Text">Text, reasoning, tool arguments: whole characters in UTF-8; stays valid. Sources: their JSON, a list.</param>
/// <param name="TokenCount">The same but sources, and a tool call: tokens generated so far.</param>
/// <param name="Elapsed">The same: time since the first piece.</param>
/// <param name="Prefill">Prefill: how far the prompt is.</param>
/// <param name="QueuePosition">Queued: 1 for the one that is next.</param>
/// <param name="CallIndex">Tool call and its arguments: which of the answer, from 0.</param>
/// <param name="Call">Tool call: its id and name.</param>
/// <param name="Overflow">Overflow: what was dropped.</param>
internal readonly record struct JournalEntry(
    JournalEntryKind Kind,
    ReadOnlyMemory<byte> Text = default,
    int TokenCount = 0,
    TimeSpan Elapsed = default,
    PrefillProgress Prefill = default,
    int QueuePosition = 0,
    int CallIndex = 0,
    ToolCall? Call = null,
    DroppedMessages Overflow = default);

/// <summary>What of a conversation the model is not shown any more.</summary>
/// <param name="Dropped">Messages dropped now.</param>
/// <param name="Kept">Messages left.</param>
internal readonly record struct DroppedMessages(int Dropped, int Kept);

/// <summary>The kinds of <see cref="JournalEntry"/>.</summary>
internal enum JournalEntryKind
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>A part of the prompt was computed.</summary>
    Prefill,

    /// <summary>The answer grew.</summary>
    Text,

    /// <summary>What the model thinks before it answers grew.</summary>
    Reasoning,

    /// <summary>The model begins to call a tool.</summary>
    ToolCall,

    /// <summary>The arguments of the last tool call grew.</summary>
    ToolArguments,

    /// <summary>How likely a token was: its JSON, an object.</summary>
    LogProbs,

    /// <summary>The conversation was larger than the context, and its oldest messages were dropped.</summary>
    Overflow,

    /// <summary>What the answer is made from was found.</summary>
    Sources,
}
