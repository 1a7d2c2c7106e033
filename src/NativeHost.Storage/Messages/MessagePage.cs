namespace NativeHost.Storage.Messages;

/// <summary>Which messages of a conversation are read: those of one branch, a page at a time.</summary>
public sealed record MessageQuery
{
    /// <summary>The newest message at or below this one ends the branch; null for the conversation's own choice.</summary>
    public string? HeadId { get; init; }

    /// <summary>Only what comes before this message, nearest to it; null for no such end.</summary>
    public string? BeforeId { get; init; }

    /// <summary>Only what comes after this message, nearest to it; null to begin at the branch's end and go back.</summary>
    public string? AfterId { get; init; }

    /// <summary>Begins at the conversation's first message instead of at the branch's end.</summary>
    public bool FromStart { get; init; }

    /// <summary>How many messages at most.</summary>
    public int Limit { get; init; } = 1000;

    /// <summary>How many bytes of UTF-8 the page's messages may have together. The first one comes in any case, its texts cut where they are longer.</summary>
    public int MaxBytes { get; init; } = 512 * 1024;
}

/// <summary>A page of a branch.</summary>
/// <param name="Messages">In the order in which they follow each other.</param>
/// <param name="Total">How many the branch has.</param>
/// <param name="HasEarlier">Whether there are some before the first one.</param>
/// <param name="HasLater">Whether there are some after the last one.</param>
public sealed record MessagePage(IReadOnlyList<Message> Messages, int Total, bool HasEarlier, bool HasLater);
