namespace NativeHost.Storage;

/// <summary>How long things may be that others give to the store. What is longer is refused, never cut.</summary>
public static class StorageLimits
{
    /// <summary>Of an id, in UTF-8 bytes.</summary>
    public const int MaxIdBytes = 256;

    /// <summary>Of an origin, in UTF-8 bytes.</summary>
    public const int MaxOriginBytes = 512;

    /// <summary>Of a title, in UTF-16 characters. A list of conversations has to fit into a frame, so a title is no place for a text.</summary>
    public const int MaxTitleCharacters = 2_000;

    /// <summary>Of a topic, a domain, a role, a model's name and other single words, in UTF-16 characters.</summary>
    public const int MaxWordCharacters = 500;

    /// <summary>Of settings, metadata, attachments and timings, each, in UTF-8 bytes.</summary>
    public const int MaxJsonBytes = 256 * 1024;

    /// <summary>Of a message's content, and of its reasoning, in UTF-8 bytes.</summary>
    public const int MaxTextBytes = 32 * 1024 * 1024;

    /// <summary>The latest time that is kept, in ms since 1970: the end of the year 2200.</summary>
    public const long MaxTime = 7_289_654_399_999;
}
