using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Compares the bytes of cached files with what they should be, and takes away those that are not.</summary>
/// <remarks>
/// Nothing is locked while bytes are read. A file that turns out bad loses its places in snapshots, and its blob is renamed, so that no
/// tool can be given it; what it should be is downloaded anew by the next pull.
/// </remarks>
public sealed class Verification(HubCache cache, TimeProvider time)
{
    /// <summary>Makes sure that one file is good: by its stamp, or, the first time or after a change, by all of its bytes.</summary>
    /// <param name="progress">Gets the bytes that were read in each step.</param>
    /// <returns>Path of the file in its snapshot.</returns>
    /// <exception cref="ModelCacheException">
    /// It is not here; it is not what it should be, and was taken away; nothing says what it should be; or it cannot be read.
    /// </exception>
    public async Task<string> EnsureAsync(RepoId repo, string commit, string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var repository = cache.FolderOf(repo);
        var pointer = new SnapshotReader(repository).TryRead(commit, path);
        if (pointer is not { IsWhole: true })
        {
            throw new ModelCacheException(CacheFault.NotCached, $"{repo} has no {StoreFault.Printable(path)} in the cache. Pull it first.");
        }

        var content = pointer.Content ?? ListedContent(repository, pointer)
            ?? throw new ModelCacheException(CacheFault.NotCached, $"Nothing here says what {StoreFault.Printable(path)} of {repo} should be. Pull it while the hub can be reached.");
        var files = repository.FilesOf(content);
        if (BlobStamp.IsGood(files, pointer.FullPath))
        {
            return pointer.FullPath;
        }

        var verdict = await VerifyAsync(repository, content, pointer.FullPath, [pointer], progress, cancellationToken);
        return verdict.State switch
        {
            VerifiedState.Good => pointer.FullPath,
            VerifiedState.Bad => throw new ModelCacheException(
                CacheFault.HashMismatch,
                $"{StoreFault.Printable(path)} of {repo} does not have the bytes that the hub promised, and was put aside. Pull it again."),
            _ => throw StoreFault.Unusable(pointer.FullPath, "changes while it is read. Wait until the other program is done with it."),
        };
    }

    /// <summary>Reads all bytes of a repository, whatever the stamps say, blobs that no file needs included.</summary>
    /// <param name="progress">Gets the bytes that were read in each step.</param>
    /// <returns>What was found of each blob, and of each file that is no blob.</returns>
    /// <exception cref="ModelCacheException">The repository is not here, or cannot be read.</exception>
    public async Task<IReadOnlyList<VerifiedContent>> VerifyAsync(RepoId repo, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var repository = cache.FolderOf(repo);
        var contents = RepositoryContents.Read(repository);
        if (contents.Pointers.Count == 0 && contents.BlobFiles.Count == 0)
        {
            throw new ModelCacheException(CacheFault.NotCached, $"The cache has nothing of {repo}.");
        }

        var verdicts = new List<VerifiedContent>();
        foreach (var name in contents.BlobFiles.Keys)
        {
            if (ContentId.TryParse(name, out var content))
            {
                var pointers = contents.Pointers.Where(pointer => pointer.BlobName == name).ToList();
                verdicts.Add(await VerifyAsync(repository, content, repository.FilesOf(content).Blob, pointers, progress, cancellationToken));
            }
        }

        foreach (var pointer in contents.Pointers.Where(pointer => pointer is { Kind: PointerKind.File, BlobName: null }))
        {
            verdicts.Add(contents.ContentOf(pointer) is { } content
                ? await VerifyAsync(repository, content, pointer.FullPath, [pointer], progress, cancellationToken)
                : new VerifiedContent(null, [NameOf(pointer)], VerifiedState.Unknown));
        }

        verdicts.AddRange(contents.Pointers.Where(pointer => !pointer.IsWhole).Select(pointer => new VerifiedContent(pointer.Content, [NameOf(pointer)], VerifiedState.Missing)));
        return verdicts;
    }

    private static ContentId? ListedContent(RepositoryFolder repository, Pointer pointer)
        => new Listings(repository).Read(pointer.Commit)?.Files.FirstOrDefault(file => file.Path == pointer.Path)?.Content;

    private static string NameOf(Pointer pointer) => StoreFault.Printable($"{pointer.Commit}/{pointer.Path}");

    /// <param name="path">Where the bytes lie: the blob, or a file in a snapshot.</param>
    /// <param name="pointers">The files that are these bytes.</param>
    private async Task<VerifiedContent> VerifyAsync(
        RepositoryFolder repository,
        ContentId content,
        string path,
        List<Pointer> pointers,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var names = pointers.Select(NameOf).ToList();
        try
        {
            if (FileLook.Of(path) is not { } before)
            {
                return new VerifiedContent(content, names, VerifiedState.Missing);
            }

            var isGood = await ContentHash.MatchesAsync(path, before.Length, content, progress is null ? null : progress.Report, cancellationToken);
            if (FileLook.Of(path) != before)
            {
                return new VerifiedContent(content, names, VerifiedState.Changing);
            }

            if (isGood)
            {
                Stamp(repository.FilesOf(content), before);
                return new VerifiedContent(content, names, VerifiedState.Good);
            }

            return await TryPutAsideAsync(repository, content, path, before, cancellationToken) is { } taken
                ? new VerifiedContent(content, [.. names.Union(taken)], VerifiedState.Bad)
                : new VerifiedContent(content, names, VerifiedState.Changing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(path, e);
        }
    }

    private static void Stamp(BlobFiles files, FileLook look)
    {
        try
        {
            BlobStamp.Write(files, look);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that may only be read is verified each time.
        }
    }

    /// <returns>The files that were these bytes and were taken away; null where the bytes are no longer those that were read.</returns>
    private async Task<List<string>?> TryPutAsideAsync(RepositoryFolder repository, ContentId content, string path, FileLook look, CancellationToken cancellationToken)
    {
        var files = repository.FilesOf(content);
        using (await FileLock.TakeAsync(files.Lock, time, cancellationToken))
        {
            if (FileLook.Of(path) != look)
            {
                return null;
            }

            File.Delete(files.Stamp);
            var isBlob = path == files.Blob || FileLook.Of(files.Blob) == look;
            var taken = new SnapshotReader(repository).ReadAll()
                .Where(pointer => pointer.FullPath == path || (isBlob && pointer.BlobName == content.Hex))
                .ToList();
            var bad = isBlob ? files.Blob : path;
            foreach (var pointer in taken.Where(pointer => pointer.FullPath != bad))
            {
                File.Delete(pointer.FullPath);
            }

            if (FileLinks.IsLink(bad))
            {
                // The file at its end is another tool's.
                File.Delete(bad);
            }
            else
            {
                Directory.CreateDirectory(files.Folder);
                File.Move(bad, StoreFiles.PutAside(files), overwrite: true);
            }

            return [.. taken.Select(NameOf)];
        }
    }
}

/// <summary>What was found of some bytes.</summary>
/// <param name="Content">What they should be; null where nothing says.</param>
/// <param name="Files">The files that they are, as commit and path.</param>
public sealed record VerifiedContent(ContentId? Content, IReadOnlyList<string> Files, VerifiedState State);

public enum VerifiedState
{
    Good,

    /// <summary>Not what they should be. The files are no longer there; the bytes lie beside the blobs, under another name.</summary>
    Bad,

    /// <summary>Another program wrote to them meanwhile, so nothing is known.</summary>
    Changing,

    /// <summary>Nothing here says what they should be.</summary>
    Unknown,

    /// <summary>The file is there in name only.</summary>
    Missing,
}
