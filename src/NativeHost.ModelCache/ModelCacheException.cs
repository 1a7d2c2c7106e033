namespace NativeHost.ModelCache;

/// <summary>Something about a repository, the cache or the network that its message explains to a person, with what to do.</summary>
/// <remarks>Never holds a token or a signed address.</remarks>
public sealed class ModelCacheException(CacheFault fault, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public CacheFault Fault { get; } = fault;

    /// <summary>Earliest time at which it makes sense to try again, where the hub said so.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What could have been asked for instead: the quants that there are, or the shards that are missing.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Bytes that are needed, where the disk is full or the memory too small.</summary>
    public long? NeededBytes { get; init; }

    /// <summary>Bytes that are free, where the disk is full or the memory too small.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Where a person gets access, where that is what is missing.</summary>
    public AccessPages? Access { get; init; }

    /// <summary>The hub's own name of the request, for its support; null where it gave none.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Pages of a hub for somebody who may not have what was asked for.</summary>
/// <param name="Repo">owner/name of the repository; null where it is about the token alone.</param>
/// <param name="RepoPage">Where its terms are; null where it is about the token alone.</param>
/// <param name="TokensPage">Where tokens are made.</param>
public sealed record AccessPages(string? Repo, string? RepoPage, string TokensPage);

/// <summary>Kinds of faults, as programs tell them apart.</summary>
public enum CacheFault
{
    /// <summary>The text names no repository, file or quant, or no server that can be asked.</summary>
    InvalidAddress,

    /// <summary>The repository wants a login.</summary>
    GatedLogin,

    /// <summary>The person has to accept the repository's terms on its page.</summary>
    GatedAccept,

    /// <summary>The hub does not know the token.</summary>
    TokenInvalid,

    /// <summary>There is no such repository, or it is somebody's own: the hub does not say which.</summary>
    RepositoryNotFound,

    RevisionNotFound,

    FileNotFound,

    QuantNotFound,

    /// <summary>A model of several files, of which some are missing.</summary>
    SplitIncomplete,

    /// <summary>Not even the smallest variant of the model fits into the memory that is free.</summary>
    DoesNotFit,

    RateLimited,

    /// <summary>The user forbade every request, and the answer is not here.</summary>
    Offline,

    DiskFull,

    /// <summary>The bytes are not those that the hub promised, again and again.</summary>
    HashMismatch,

    /// <summary>The file changed under a download.</summary>
    UpstreamChanged,

    /// <summary>The model is loaded.</summary>
    ModelInUse,

    /// <summary>The hub could not be reached, or broke off too often.</summary>
    Network,

    /// <summary>The hub answered what no hub answers.</summary>
    HubFailed,

    /// <summary>A folder or file of the cache cannot be read or written.</summary>
    CacheUnusable,

    /// <summary>It is not in the cache.</summary>
    NotCached,
}
