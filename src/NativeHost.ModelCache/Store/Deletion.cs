using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Deletes models: first their places in snapshots, then the blobs that nothing needs any more.</summary>
/// <remarks>
/// Refused as a whole, before anything is touched, where one of the blobs is loaded or being downloaded, by whatever process. Nothing
/// outside of the repository's folder is touched, and links are not followed. The files of the locks stay: who waits for one has it open.
/// </remarks>
public sealed class Deletion(HubCache cache)
{
    /// <summary>Removes one file.</summary>
    internal Action<string> DeleteFile { get; init; } = File.Delete;

    /// <summary>Deletes files, as those of a quant, with what has been downloaded of them.</summary>
    /// <param name="commit">Null for all revisions.</param>
    /// <exception cref="ModelCacheException">None of them is here; one is in use; or they cannot be deleted.</exception>
    public DeletionReport DeleteFiles(RepoId repo, string? commit, IReadOnlyCollection<string> paths)
    {
        var wanted = paths.ToHashSet(StringComparer.Ordinal);
        return Delete(repo, (itsCommit, path) => (commit is null || itsCommit == commit) && wanted.Contains(path));
    }

    /// <summary>Deletes all files of a revision.</summary>
    /// <inheritdoc cref="DeleteFiles"/>
    public DeletionReport DeleteRevision(RepoId repo, string commit)
    {
        var repository = cache.FolderOf(repo);

        // Asks whether the commit is one.
        _ = repository.Snapshot(commit);
        var report = Delete(repo, (itsCommit, _) => itsCommit == commit);
        var removed = new RemovedFiles(DeleteFile);
        return Told(repository, () =>
        {
            removed.Remove(Path.Combine(repository.Trees, $"{commit}.json"));
            RemovedFiles.RemoveIfEmpty(repository.Trees);
            removed.RemoveTree(Path.Combine(repository.Absences, commit));
            RemovedFiles.RemoveIfEmpty(repository.Absences);
            return report with { FreedBytes = report.FreedBytes + removed.FreedBytes };
        });
    }

    /// <summary>Deletes a repository with all that is in its folder.</summary>
    /// <inheritdoc cref="DeleteFiles"/>
    public DeletionReport DeleteRepository(RepoId repo)
    {
        var repository = cache.FolderOf(repo);
        if (!Directory.Exists(repository.Folder))
        {
            throw NotHere(repo);
        }

        RefuseLinks(repository);
        return Told(repository, () =>
        {
            var before = RepositoryContents.Read(repository);
            using var guards = BlobGuards.TakeAll(repository, AllContents(before));

            // What comes meanwhile is not guarded, and stays.
            var contents = RepositoryContents.Read(repository);
            var removed = new RemovedFiles(DeleteFile);
            var pointers = Guarded(contents, guards, (_, _) => true);
            pointers.ForEach(pointer => RemovePointer(repository, pointer, removed));
            var belongings = contents.FilesByContent();
            foreach (var content in guards.Contents)
            {
                removed.RemoveBlob(repository.FilesOf(content), belongings[content]);
            }

            foreach (var file in contents.BlobFiles.Values.Where(file => !StoreFiles.IsUse(file.Name) && !removed.Held.Contains(file.FullName)))
            {
                if (StoreFiles.ContentOf(file.Name) is not { } content || guards.Contents.Contains(content))
                {
                    removed.Remove(file.FullName);
                }
            }

            RemoveIfNothingIsLeft(repository, removed, guards);
            return new DeletionReport(removed.FreedBytes, pointers.Count, removed.Held);
        });
    }

    /// <summary>Deletes what the system still held when it was to be deleted. To be called when a host starts.</summary>
    /// <returns>Bytes that the disk has back.</returns>
    public long FinishEarlier()
    {
        var removed = new RemovedFiles(DeleteFile);
        foreach (var repository in cache.ReadFolders())
        {
            try
            {
                FinishEarlier(repository, removed);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelCacheException)
            {
                // The next start tries again.
            }
        }

        return removed.FreedBytes;
    }

    private static void FinishEarlier(RepositoryFolder repository, RemovedFiles removed)
    {
        if (!Directory.Exists(repository.Blobs))
        {
            return;
        }

        var marked = Directory.EnumerateFiles(repository.Blobs, $"*{StoreFiles.Deleted}")
            .Select(path => StoreFiles.ContentOf(Path.GetFileName(path)))
            .OfType<ContentId>()
            .ToList();
        if (marked.Count == 0 || FileLinks.IsLink(repository.Blobs))
        {
            return;
        }

        using var guards = BlobGuards.TakeFree(repository, marked);
        var contents = RepositoryContents.Read(repository);
        var belongings = contents.FilesByContent();
        foreach (var content in guards.Contents)
        {
            if (contents.Pointers.Any(pointer => pointer.BlobName == content.Hex))
            {
                removed.Remove(StoreFiles.Tombstone(repository.FilesOf(content)));
            }
            else
            {
                removed.RemoveBlob(repository.FilesOf(content), belongings[content]);
            }
        }

        RemoveIfNothingIsLeft(repository, removed, guards);
    }

    private DeletionReport Delete(RepoId repo, Func<string, string, bool> isChosen)
    {
        var repository = cache.FolderOf(repo);
        RefuseLinks(repository);
        return Told(repository, () =>
        {
            var chosen = ContentsOf(RepositoryContents.Read(repository), isChosen, out var isHere);
            if (!isHere)
            {
                throw NotHere(repo);
            }

            using var guards = BlobGuards.TakeAll(repository, chosen);

            // Again, now that nobody can add to it.
            var contents = RepositoryContents.Read(repository);
            var removed = new RemovedFiles(DeleteFile);
            var pointers = Guarded(contents, guards, isChosen);
            pointers.ForEach(pointer => RemovePointer(repository, pointer, removed));
            var rest = contents.Pointers.Except(pointers).ToList();
            RemoveBlobs(contents, pointers, rest, guards, removed);
            RemoveReferences(contents, removed);
            RemoveIfNothingIsLeft(repository, removed, guards);
            return new DeletionReport(removed.FreedBytes, pointers.Count, removed.Held);
        });
    }

    private static void RemovePointer(RepositoryFolder repository, Pointer pointer, RemovedFiles removed)
    {
        if (Directory.Exists(pointer.FullPath))
        {
            // A link to a folder.
            removed.RemoveTree(pointer.FullPath);
        }
        else
        {
            removed.Remove(pointer.FullPath);
        }

        RemovedFiles.RemoveEmptyFolders(Path.GetDirectoryName(pointer.FullPath)!, repository.Snapshots);
    }

    private static void RemoveBlobs(RepositoryContents contents, List<Pointer> pointers, List<Pointer> rest, BlobGuards guards, RemovedFiles removed)
    {
        var repository = contents.Repository;
        var neededNames = rest.Select(pointer => pointer.BlobName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var neededContents = rest.Select(contents.ContentOf).OfType<ContentId>().ToHashSet();
        var belongings = contents.FilesByContent();
        foreach (var content in guards.Contents.Where(content => !neededContents.Contains(content)))
        {
            removed.RemoveBlob(repository.FilesOf(content), belongings[content]);
        }

        // Hubs that are not the hub name contents otherwise, and such blobs have no lock of ours.
        foreach (var name in pointers.Where(pointer => pointer.Content is null).Select(pointer => pointer.BlobName).OfType<string>().Distinct())
        {
            if (!neededNames.Contains(name))
            {
                removed.Remove(Path.Combine(repository.Blobs, name));
            }
        }
    }

    /// <summary>Names of commits that have no files make other tools call the cache broken.</summary>
    private static void RemoveReferences(RepositoryContents contents, RemovedFiles removed)
    {
        var repository = contents.Repository;
        foreach (var (name, commit) in contents.References)
        {
            if (!Directory.Exists(repository.Snapshot(commit)))
            {
                var path = Path.Combine(repository.References, RepositoryFolder.OnDisk(name));
                removed.Remove(path);
                RemovedFiles.RemoveEmptyFolders(Path.GetDirectoryName(path)!, repository.References);
            }
        }
    }

    /// <summary>Ends the guards and removes their files, and of a repository without files the rest. A download that began meanwhile keeps its folders.</summary>
    private static void RemoveIfNothingIsLeft(RepositoryFolder repository, RemovedFiles removed, BlobGuards guards)
    {
        // Before their files: a system may hold what is open.
        guards.Dispose();
        var contents = RepositoryContents.Read(repository);
        foreach (var use in contents.BlobFiles.Values.Where(file => StoreFiles.IsUse(file.Name)))
        {
            if (StoreFiles.ContentOf(use.Name) is { } content && !Path.Exists(repository.FilesOf(content).Blob) && !FileLock.IsHeld(use.FullName))
            {
                removed.Remove(use.FullName);
            }
        }

        if (contents.Pointers.Count == 0 && contents.BlobFiles.Keys.All(StoreFiles.IsUse) && Directory.Exists(repository.Folder))
        {
            RemovedFiles.RemoveEmptyTree(repository.Snapshots);
            foreach (var entry in new DirectoryInfo(repository.Folder).GetFileSystemInfos())
            {
                if (entry is FileInfo)
                {
                    removed.Remove(entry.FullName);
                }
                else if (entry.FullName != repository.Blobs && entry.FullName != repository.Snapshots)
                {
                    removed.RemoveTree(entry.FullName);
                }
            }

            RemovedFiles.RemoveIfEmpty(repository.Blobs);
            RemovedFiles.RemoveIfEmpty(repository.Folder);
        }
    }

    /// <summary>Files that may be deleted: those that are chosen and guarded, or of which nobody knows what they are.</summary>
    private static List<Pointer> Guarded(RepositoryContents contents, BlobGuards guards, Func<string, string, bool> isChosen)
        => [.. contents.Pointers.Where(pointer => isChosen(pointer.Commit, pointer.Path) && (contents.ContentOf(pointer) is not { } content || guards.Contents.Contains(content)))];

    /// <summary>What the chosen files are, and what of them is being downloaded.</summary>
    private static List<ContentId> ContentsOf(RepositoryContents contents, Func<string, string, bool> isChosen, out bool isHere)
    {
        var pointers = contents.Pointers.Where(pointer => isChosen(pointer.Commit, pointer.Path)).ToList();
        var here = contents.FilesByContent();
        var begun = contents.Listings.Values
            .SelectMany(listing => listing.Files.Where(file => isChosen(listing.Commit, file.Path)))
            .Select(file => file.Content)
            .Where(here.Contains)
            .ToList();
        isHere = pointers.Count > 0 || begun.Count > 0;
        return [.. pointers.Select(contents.ContentOf).OfType<ContentId>().Concat(begun).Distinct()];
    }

    private static IEnumerable<ContentId> AllContents(RepositoryContents contents)
        => contents.BlobFiles.Keys.Select(StoreFiles.ContentOf).Concat(contents.Pointers.Select(contents.ContentOf)).OfType<ContentId>().Distinct();

    private static void RefuseLinks(RepositoryFolder repository)
    {
        foreach (var folder in new[] { repository.Folder, repository.Blobs, repository.Snapshots, repository.References })
        {
            if (FileLinks.IsLink(folder))
            {
                throw StoreFault.Unusable(folder, "is a link to another place, where nothing is deleted. Delete it there, and remove the link.");
            }
        }
    }

    private static ModelCacheException NotHere(RepoId repo) => new(CacheFault.NotCached, $"The cache has nothing of {repo} that could be deleted.");

    private static DeletionReport Told(RepositoryFolder repository, Func<DeletionReport> delete)
    {
        try
        {
            return delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(repository.Folder, e);
        }
    }
}
