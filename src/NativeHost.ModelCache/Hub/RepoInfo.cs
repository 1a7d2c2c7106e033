using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>A repository at one revision.</summary>
/// <param name="Commit">What the revision is at the moment: 40 hexadecimal digits.</param>
public sealed record RepoInfo(RepoId Repo, string Commit, RepoDescription Description);

/// <summary>A repository that a search found.</summary>
public sealed record SearchHit(RepoId Repo, RepoDescription Description);

/// <summary>What the hub tells about a repository. Null where it does not say.</summary>
public sealed record RepoDescription
{
    /// <summary>Who may download; everybody may look.</summary>
    public RepoGate Gate { get; init; }

    public bool IsPrivate { get; init; }

    /// <summary>Closed by the hub: nothing can be downloaded.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>As the author wrote it, most often an SPDX name in small letters.</summary>
    public string? License { get; init; }

    /// <summary>In the last thirty days.</summary>
    public long? Downloads { get; init; }

    public long? Likes { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    /// <summary>What the hub read from one of its GGUF files.</summary>
    public GgufHints? Gguf { get; init; }
}

/// <summary>What the hub read from the header of one GGUF file of a repository; the others may differ. Null where it does not say.</summary>
public sealed record GgufHints(string? Architecture, long? Parameters, long? ContextTokens);

/// <summary>Whether a repository's terms have to be accepted before its files can be had.</summary>
public enum RepoGate
{
    None,

    /// <summary>Who accepts is let in at once.</summary>
    Automatic,

    /// <summary>The authors look at each request.</summary>
    Manual,
}
