using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Removes what nobody needs: leftovers of downloads, of crashes, of other tools' deletions.</summary>
/// <remarks>
/// Nothing that is locked is touched, whatever its age: neither a download that runs nor a model that is loaded. A blob without a file may
/// be one that another tool is about to give a name, so ages under an hour are for tests and for people who know.
/// </remarks>
public sealed class GarbageCollector(HubCache cache, TimeProvider time)
{
    /// <summary>Says what would be removed, and changes nothing.</summary>
    /// <param name="olderThan">Age from which something is garbage.</param>
    /// <exception cref="ModelCacheException">The cache is there and cannot be read.</exception>
    public GarbageReport Plan(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var finder = new GarbageFinder(time.GetUtcNow().UtcDateTime, olderThan);
        return ForEach((repository, files, _) => files.AddRange(finder.Find(RepositoryContents.Read(repository)).Where(file => !IsHeld(repository, file))), cancellationToken);
    }

    /// <summary>Removes it.</summary>
    /// <inheritdoc cref="Plan"/>
    public GarbageReport Collect(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var finder = new GarbageFinder(time.GetUtcNow().UtcDateTime, olderThan);
        return ForEach((repository, files, problems) => Collect(repository, finder, files, problems), cancellationToken);
    }

    private GarbageReport ForEach(Action<RepositoryFolder, List<GarbageFile>, List<string>> look, CancellationToken cancellationToken)
    {
        var (files, problems) = (new List<GarbageFile>(), new List<string>());
        foreach (var repository in cache.ReadFolders())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileLinks.IsLink(repository.Folder) || FileLinks.IsLink(repository.Blobs))
            {
                problems.Add($"{repository.Repo} lies behind a link, and was left alone.");
                continue;
            }

            try
            {
                look(repository, files, problems);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelCacheException)
            {
                problems.Add($"{repository.Repo}: {StoreFault.Printable(e.Message)}");
            }
        }

        return new GarbageReport(files, problems);
    }

    private static void Collect(RepositoryFolder repository, GarbageFinder finder, List<GarbageFile> files, List<string> problems)
    {
        var contents = finder.Find(RepositoryContents.Read(repository)).Select(file => file.Content).OfType<ContentId>().Distinct().ToList();
        using var guards = BlobGuards.TakeFree(repository, contents);

        // Again, now that nobody can give a guarded blob a name.
        foreach (var file in finder.Find(RepositoryContents.Read(repository)))
        {
            if (file.Content is null || guards.Contents.Contains(file.Content))
            {
                Remove(repository, file, files, problems);
            }
        }

        guards.Dispose();
        RemoveUnusedGuards(repository, contents);

        // Other tools miss the folder of the snapshots where there is anything else.
        string[] folders = [repository.Blobs, repository.Trees, repository.Snapshots, repository.References];
        if (folders.All(RemovedFiles.RemoveIfEmpty))
        {
            RemovedFiles.RemoveIfEmpty(repository.Folder);
        }
    }

    private static void Remove(RepositoryFolder repository, GarbageFile file, List<GarbageFile> files, List<string> problems)
    {
        var path = Path.Combine(repository.Folder, file.Path);
        try
        {
            if (file.Kind == GarbageKind.EmptyFolder)
            {
                RemovedFiles.RemoveEmptyFolders(path, repository.Snapshots);
            }
            else
            {
                new RemovedFiles(File.Delete).Remove(path);
                RemoveEmptyAround(repository, file, path);
            }

            files.Add(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{repository.Repo}: {StoreFault.Printable(e.Message)}");
        }
    }

    private static void RemoveEmptyAround(RepositoryFolder repository, GarbageFile file, string path)
    {
        if (file.Kind == GarbageKind.BrokenPointer)
        {
            RemovedFiles.RemoveEmptyFolders(Path.GetDirectoryName(path)!, repository.Snapshots);
        }
    }

    /// <summary>The guards' own files, where what they guarded is gone.</summary>
    private static void RemoveUnusedGuards(RepositoryFolder repository, List<ContentId> contents)
    {
        foreach (var files in contents.Select(repository.FilesOf))
        {
            if (!Path.Exists(files.Blob) && !Path.Exists(files.Part) && !FileLock.IsHeld(files.Use))
            {
                File.Delete(files.Use);
            }
        }
    }

    private static bool IsHeld(RepositoryFolder repository, GarbageFile file)
        => file.Content is { } content && (FileLock.IsHeld(repository.FilesOf(content).Lock) || FileLock.IsHeld(repository.FilesOf(content).Use));
}
