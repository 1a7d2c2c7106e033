using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Makes of a repository's folder what a person wants to know of it.</summary>
internal static class RepositorySummary
{
    public static CachedRepository Of(RepositoryContents contents)
    {
        // A revision is there for its files; of a revision that only has a listing, files that are being downloaded.
        var revisions = contents.Pointers.Select(pointer => pointer.Commit)
            .Concat(contents.Listings.Keys)
            .Where(RepositoryFolder.IsCommit)
            .Distinct(StringComparer.Ordinal)
            .Select(commit => Revision(contents, commit))
            .Where(revision => revision.Files.Count > 0)
            .OrderBy(revision => revision.Commit, StringComparer.Ordinal);

        return new CachedRepository(
            contents.Repository.Repo,
            [.. revisions],
            Partials(contents),
            BytesOnDisk(contents),
            LastChanged(contents));
    }

    private static CachedRevision Revision(RepositoryContents contents, string commit)
    {
        var files = new List<CachedFile>();
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var listed = contents.Listings.GetValueOrDefault(commit)?.Files.DistinctBy(file => file.Path).ToDictionary(file => file.Path, StringComparer.Ordinal) ?? [];
        foreach (var pointer in contents.Pointers)
        {
            // Names that no repository can have are nobody's files.
            if (pointer.Commit == commit && RepoPath.IsSafe(pointer.Path))
            {
                paths.Add(pointer.Path);
                files.Add(File(contents.Repository, pointer, listed.GetValueOrDefault(pointer.Path)));
            }
        }

        foreach (var file in listed.Values)
        {
            if (!paths.Contains(file.Path) && PartOf(contents, file.Content) is { } part)
            {
                files.Add(new CachedFile(file.Path, file.Content, file.Size, Math.Min(part.Length, file.Size), CachedFileState.Partial));
            }
        }

        files.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        var references = contents.References.Where(reference => reference.Value == commit).Select(reference => reference.Key).Order(StringComparer.Ordinal);
        return new CachedRevision(commit, [.. references], files);
    }

    private static CachedFile File(RepositoryFolder repository, Pointer pointer, RepoFile? listed)
    {
        var content = pointer.Content ?? listed?.Content;
        if (!pointer.IsWhole)
        {
            return new CachedFile(pointer.Path, content, listed?.Size ?? 0, 0, CachedFileState.Broken);
        }

        var length = pointer.Look!.Value.Length;
        var isVerified = content is not null && BlobStamp.IsGood(repository.FilesOf(content), pointer.FullPath);
        var state = isVerified ? CachedFileState.Verified : CachedFileState.Unverified;

        // The listing of a foreign file need not be of the same content, where a tool names snapshots by other commits.
        if (!isVerified && listed is not null && listed.Content == content && listed.Size != length)
        {
            state = CachedFileState.Broken;
        }

        return new CachedFile(pointer.Path, content, listed is not null && listed.Content == content ? listed.Size : length, length, state);
    }

    private static List<PartialBlob> Partials(RepositoryContents contents)
    {
        var partials = new List<PartialBlob>();
        foreach (var content in contents.BlobFiles.Keys.Select(StoreFiles.ContentOf).OfType<ContentId>().Distinct())
        {
            if (PartOf(contents, content) is { } part)
            {
                var journal = Path.GetFileName(contents.Repository.FilesOf(content).Journal);
                partials.Add(new PartialBlob(content, part.Length, contents.BlobFiles.ContainsKey(journal)));
            }
        }

        return partials;
    }

    /// <summary>What is here of a blob that is not here as a whole.</summary>
    private static FileInfo? PartOf(RepositoryContents contents, ContentId content)
        => contents.BlobFiles.ContainsKey(content.Hex)
            ? null
            : contents.BlobFiles.GetValueOrDefault(Path.GetFileName(contents.Repository.FilesOf(content).Part));

    private static long BytesOnDisk(RepositoryContents contents)
    {
        // A file that is a blob's second path was counted with the blob.
        var inSnapshots = contents.Pointers
            .Where(pointer => pointer is { Kind: PointerKind.File, BlobName: null, Look: not null })
            .DistinctBy(pointer => FileIdentity.Of(pointer.FullPath) is { Links: > 1 } identity ? $"{identity.Device}:{identity.Number}" : pointer.FullPath)
            .Sum(pointer => pointer.Look!.Value.Length);

        // Stamps are not worth a byte that a person could miss.
        return inSnapshots + contents.BlobFiles.Values.Where(file => IsThere(file) && !file.Name.EndsWith(".ok", StringComparison.Ordinal)).Sum(file => file.Length);
    }

    private static DateTime LastChanged(RepositoryContents contents)
        => contents.Pointers.Select(pointer => pointer.Look?.WriteTicks ?? 0)
            .Concat(contents.BlobFiles.Values.Where(IsThere).Select(file => file.LastWriteTimeUtc.Ticks))
            .Select(ticks => new DateTime(ticks, DateTimeKind.Utc))
            .DefaultIfEmpty()
            .Max();

    private static bool IsThere(FileInfo file) => file.Exists && !file.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
