using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Lists what the cache holds, whoever put it there.</summary>
/// <remarks>
/// A repository whose folders and blobs look as at the last scan is not read again. Times of files are as coarse as two seconds on some
/// disks, so what was written less than that before a scan is read again at the next one.
/// </remarks>
public sealed class CacheScan(HubCache cache, Catalogue catalogue, TimeProvider time)
{
    private const long FolderLength = -1;
    private const long MissingLength = -2;

    private static readonly TimeSpan CoarsestTime = TimeSpan.FromSeconds(2);

    /// <summary>How many repositories the last call had to read.</summary>
    internal int ReadAnew { get; private set; }

    /// <summary>Takes as long as it takes to look at each repository: milliseconds for a hundred of them when nothing has changed.</summary>
    /// <exception cref="ModelCacheException">The cache is there and cannot be read.</exception>
    public CacheContents Read(CancellationToken cancellationToken)
    {
        var known = catalogue.ReadScan();
        var now = time.GetUtcNow().UtcTicks;
        var scanned = new Dictionary<string, ScannedRepository>(StringComparer.Ordinal);
        var repositories = new List<CachedRepository>();
        var problems = new List<string>();
        ReadAnew = 0;
        foreach (var repository in cache.ReadFolders())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = repository.Repo.FolderName;
            try
            {
                if (!known.TryGetValue(name, out var before) || before.Found.Repo != repository.Repo || !LooksTheSame(repository, before.Marks))
                {
                    ReadAnew++;
                    before = Scan(repository);
                }

                if (before.Marks.All(mark => mark.Ticks < now - CoarsestTime.Ticks))
                {
                    scanned[name] = before;
                }

                if (before.Found.Revisions.Count > 0 || before.Found.Partials.Count > 0 || before.Found.BytesOnDisk > 0)
                {
                    repositories.Add(before.Found);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{repository.Repo} cannot be read: {StoreFault.Printable(e.Message)}");
            }
        }

        if (ReadAnew > 0 || scanned.Count != known.Count)
        {
            catalogue.WriteScan(scanned);
        }

        repositories.Sort((one, other) => string.Compare(one.Repo.ToString(), other.Repo.ToString(), StringComparison.OrdinalIgnoreCase));
        return new CacheContents(repositories, repositories.Sum(repository => repository.BytesOnDisk), problems);
    }

    /// <summary>One repository, read anew.</summary>
    /// <returns>Null where the cache has nothing of it.</returns>
    public CachedRepository? TryRead(RepoId repo)
    {
        var repository = cache.FolderOf(repo);
        return Directory.Exists(repository.Folder) ? RepositorySummary.Of(RepositoryContents.Read(repository)) : null;
    }

    private static ScannedRepository Scan(RepositoryFolder repository)
    {
        // What changes between the reading and the marking has a time after this scan's beginning, and is not kept for the next.
        var contents = RepositoryContents.Read(repository);
        var folders = contents.Folders.Select(path => Path.GetRelativePath(repository.Folder, path)).ToList();
        var marks = folders.Select(path => MarkOf(repository, path, isFolder: true)).ToList();
        var files = contents.BlobFiles.Values.Where(file => !IsOnlyReplaced(file.Name)).Select(file => file.FullName)
            .Concat(contents.Pointers.Where(pointer => pointer.Kind == PointerKind.File).Select(pointer => pointer.FullPath));
        marks.AddRange(files.Select(path => MarkOf(repository, Path.GetRelativePath(repository.Folder, path), isFolder: false)));
        return new ScannedRepository(marks, RepositorySummary.Of(contents));
    }

    // Stamps are written elsewhere and renamed, which shows at the folder; locks are empty.
    private static bool IsOnlyReplaced(string name) => name.EndsWith(".ok", StringComparison.Ordinal) || name.EndsWith(".use", StringComparison.Ordinal);

    private static bool LooksTheSame(RepositoryFolder repository, IReadOnlyList<ScanMark> marks)
        => marks.All(mark => MarkOf(repository, mark.Path, mark.Length == FolderLength) == mark);

    private static ScanMark MarkOf(RepositoryFolder repository, string path, bool isFolder)
    {
        var full = Path.Combine(repository.Folder, path);
        if (isFolder)
        {
            var folder = new DirectoryInfo(full);
            return new ScanMark(path, folder.Exists ? FolderLength : MissingLength, folder.Exists ? folder.LastWriteTimeUtc.Ticks : 0);
        }

        return FileLook.Of(full) is { } look ? new ScanMark(path, look.Length, look.WriteTicks) : new ScanMark(path, MissingLength, 0);
    }
}
