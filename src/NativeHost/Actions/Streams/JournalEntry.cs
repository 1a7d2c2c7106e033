using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Streams;

/// <summary>One thing that a client is told about its generation.</summary>
/// <param name="Kind">Which of the other fields count.</param>
/// <param name="Text">Text: whole characters in UTF-8; stays valid. Sources: their JSON, a list.</param>
/// <param name="TokenCount">Text: tokens generated so far.</param>
/// <param name="Elapsed">Text: time since the first piece.</param>
/// <param name="Prefill">Prefill: how far the prompt is.</param>
/// <param name="QueuePosition">Queued: 1 for the one that is next.</param>
internal readonly record struct JournalEntry(
    JournalEntryKind Kind,
    ReadOnlyMemory<byte> Text = default,
    int TokenCount = 0,
    TimeSpan Elapsed = default,
    PrefillProgress Prefill = default,
    int QueuePosition = 0);

/// <summary>The kinds of <see cref="JournalEntry"/>.</summary>
internal enum JournalEntryKind
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>A part of the prompt was computed.</summary>
    Prefill,

    /// <summary>The answer grew.</summary>
    Text,

    /// <summary>What the answer is made from was found.</summary>
    Sources,
}
