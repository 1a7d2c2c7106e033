using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>What the cache holds.</summary>
/// <param name="BytesOnDisk">Of all repositories.</param>
/// <param name="Problems">What could not be read, in words for a person.</param>
public sealed record CacheContents(IReadOnlyList<CachedRepository> Repositories, long BytesOnDisk, IReadOnlyList<string> Problems);

/// <summary>One repository of models in the cache.</summary>
/// <param name="Partials">Downloads of which a part is here, whether it is known of which file or not.</param>
/// <param name="BytesOnDisk">Each blob counts once, however many files it is. Blobs that are links to elsewhere count nothing.</param>
/// <param name="LastChanged">When a file last came or changed.</param>
public sealed record CachedRepository(
    RepoId Repo,
    IReadOnlyList<CachedRevision> Revisions,
    IReadOnlyList<PartialBlob> Partials,
    long BytesOnDisk,
    DateTime LastChanged);

/// <summary>A repository's files at one commit, as far as they are here.</summary>
/// <param name="References">Names of branches and tags that stood for it.</param>
public sealed record CachedRevision(string Commit, IReadOnlyList<string> References, IReadOnlyList<CachedFile> Files);

/// <summary>A file of a revision.</summary>
/// <param name="Path">Within the repository, with slashes.</param>
/// <param name="Content">What its bytes should be; null where nothing says.</param>
/// <param name="Size">Bytes when it is whole; of a broken file of which nothing is known, 0.</param>
/// <param name="BytesHere">Bytes that are here; of a partial file at most, since it may have holes.</param>
public sealed record CachedFile(string Path, ContentId? Content, long Size, long BytesHere, CachedFileState State);

public enum CachedFileState
{
    /// <summary>The bytes were compared with the name, and the file has not changed since.</summary>
    Verified,

    /// <summary>Whole by its size; nobody has looked at the bytes yet, as after another tool's download.</summary>
    Unverified,

    /// <summary>Being downloaded, or a download was broken off.</summary>
    Partial,

    /// <summary>It has no bytes, bytes of another place, or as many as it cannot have.</summary>
    Broken,
}

/// <summary>What a download has left so far.</summary>
/// <param name="Bytes">At most: the file may have holes.</param>
/// <param name="CanResume">Whether what is here says which of its bytes are good.</param>
public sealed record PartialBlob(ContentId Content, long Bytes, bool CanResume);
