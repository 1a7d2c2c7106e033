namespace NativeHost.ModelCache.Blobs;

/// <summary>Names of the moments after each change on the disk. A process that dies there loses nothing.</summary>
internal static class CrashPoint
{
    public const string PartCreated = "part-created";
    public const string BlockWritten = "block-written";
    public const string BlockRecorded = "block-recorded";
    public const string Verified = "verified";
    public const string PartFlushed = "part-flushed";
    public const string Published = "published";
    public const string FolderFlushed = "folder-flushed";
    public const string MadeReadOnly = "made-read-only";
    public const string Stamped = "stamped";
    public const string JournalRemoved = "journal-removed";
    public const string Quarantined = "quarantined";

    /// <summary>In a pull: the blob has its place in the snapshot. What follows is the next file, or the reference.</summary>
    public const string Pointed = "pointed";

    /// <summary>Of the download of one blob.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PartCreated, BlockWritten, BlockRecorded, Verified, PartFlushed, Published, FolderFlushed, MadeReadOnly, Stamped, JournalRemoved, Quarantined,
    ];
}
