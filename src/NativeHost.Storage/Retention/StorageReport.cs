namespace NativeHost.Storage.Retention;

/// <summary>What the store holds, and what it takes.</summary>
/// <param name="FileBytes">Of the data file. It does not become smaller when something is deleted: what is stored next takes that room.</param>
/// <param name="JournalBytes">Of the journal beside it, whose length stays about the same.</param>
/// <param name="Origins">Of those that the caller may see, what each has stored.</param>
public sealed record StorageReport(long FileBytes, long JournalBytes, IReadOnlyList<OriginReport> Origins);

/// <summary>What an origin has in the store.</summary>
/// <param name="Origin">Its name.</param>
/// <param name="Usage">What it has stored.</param>
/// <param name="Limits">How much of it is kept.</param>
/// <param name="Oldest">When the conversation that was left alone longest was changed last; null where there is none.</param>
public sealed record OriginReport(string Origin, Usage Usage, RetentionLimits Limits, DateTimeOffset? Oldest);

/// <summary>Which conversations are to go: those that were left alone longest first, and messages that wait for one with them.</summary>
public sealed record PurgeRequest
{
    /// <summary>All that were not changed since then. <see cref="DateTimeOffset.MaxValue"/> for all: others may have been changed by a clock that is
    /// ahead, and are not changed before its time.</summary>
    public DateTimeOffset? UnchangedSince { get; init; }

    /// <summary>As many as it takes until the origin has at most so many bytes, as <see cref="Usage.Bytes"/> counts.</summary>
    public long? DownToBytes { get; init; }

    /// <summary>Those with a star too.</summary>
    public bool IncludeStarred { get; init; }
}

/// <summary>What went.</summary>
/// <param name="Conversations">How many.</param>
/// <param name="Messages">How many were in them, or waited for one.</param>
/// <param name="Bytes">What they took, as <see cref="Usage.Bytes"/> counts.</param>
public sealed record PurgeResult(long Conversations, long Messages, long Bytes);
