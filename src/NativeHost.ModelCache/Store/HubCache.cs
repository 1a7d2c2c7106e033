using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>A cache of models in the layout that the hub's own tools share.</summary>
/// <remarks>
/// The files are the truth: nothing is kept in memory, and any thread and any process may use the same cache at once. What is read may be
/// gone when it is used. A file is always named by its path in a snapshot, and never by its blob's.
/// </remarks>
public sealed class HubCache
{
    // The first line is that of bford.info/cachedir; backups leave such folders out.
    private const string CacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of models. See https://bford.info/cachedir/\n";

    private readonly TimeProvider _time;
    private readonly PointerMaker _pointers;

    /// <param name="root">Path of the cache; it need not be there yet.</param>
    /// <param name="usesSymbolicLinks">False where the user forbade them (HF_HUB_DISABLE_SYMLINKS).</param>
    public HubCache(string root, TimeProvider time, bool usesSymbolicLinks = true)
        : this(root, time, usesSymbolicLinks ? PointerWays.All : PointerWays.HardLink | PointerWays.Move)
    {
    }

    internal HubCache(string root, TimeProvider time, PointerWays ways)
        => (Root, _time, _pointers) = (Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)), time, new PointerMaker(ways));

    /// <summary>Absolute path.</summary>
    public string Root { get; }

    /// <summary>
    /// Makes the folders of the cache and of a repository, and marks the cache as one, unless that was done. Other tools take a repository for
    /// a broken one that has no folders for snapshots and references, also where there is nothing in them yet.
    /// </summary>
    /// <exception cref="ModelCacheException">They cannot be made.</exception>
    public void Prepare(RepoId repo)
    {
        var tag = Path.Combine(Root, "CACHEDIR.TAG");
        var repository = FolderOf(repo);
        try
        {
            BesideDeletion.Do(() =>
            {
                Directory.CreateDirectory(repository.Snapshots);
                Directory.CreateDirectory(repository.References);
            });
            if (!File.Exists(tag))
            {
                File.WriteAllText(tag, CacheTag);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(Root, e);
        }
    }

    /// <summary>Where the blob of a file lies, with what belongs to it.</summary>
    public BlobFiles FilesOf(RepoId repo, ContentId content) => new(Root, repo, content);

    /// <summary>The commit that a branch or tag stood for when it was last asked for.</summary>
    /// <returns>Null where that is not known.</returns>
    public string? ReadReference(RepoId repo, string revision) => new References(FolderOf(repo)).Read(revision);

    /// <summary>To be called after the commit's files are there: tools complain about names of commits that have none.</summary>
    /// <remarks>Does nothing where the revision is the commit itself: that is the name of no branch or tag.</remarks>
    /// <exception cref="ModelCacheException">Revision or commit is none, or it cannot be written.</exception>
    public void WriteReference(RepoId repo, string revision, string commit)
    {
        if (revision != commit || !RepositoryFolder.IsCommit(commit))
        {
            new References(FolderOf(repo)).Write(revision, commit);
        }
    }

    /// <summary>The files of a commit, as the hub listed them once.</summary>
    /// <returns>Null where that is not known.</returns>
    public RepoListing? ReadListing(RepoId repo, string commit) => new Listings(FolderOf(repo)).Read(commit);

    /// <exception cref="ModelCacheException">It cannot be written.</exception>
    public void WriteListing(RepoListing listing) => new Listings(FolderOf(listing.Repo)).Write(listing);

    /// <summary>Has the hub asked again what the files of a commit are: what it said turned out wrong.</summary>
    public void ForgetListing(RepoId repo, string commit) => new Listings(FolderOf(repo)).Remove(commit);

    /// <summary>Path of a file in its snapshot, if its bytes are there.</summary>
    /// <returns>Null where they are not, or where the path leads out of the repository. Whether they are the right bytes is for <see cref="Verification"/> to say.</returns>
    /// <exception cref="ModelCacheException">Commit or path is none.</exception>
    public string? Find(RepoId repo, string commit, string path)
        => new SnapshotReader(FolderOf(repo)).TryRead(commit, path) is { IsWhole: true } pointer ? pointer.FullPath : null;

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ModelCacheException">It is not here, or commit or path is none.</exception>
    public string PathOf(RepoId repo, string commit, string path)
        => Find(repo, commit, path) ?? throw new ModelCacheException(CacheFault.NotCached, $"{repo} has no {StoreFault.Printable(path)} in the cache. Pull it first.");

    /// <summary>Gives a blob that is there its place in a snapshot, at once or not at all. Waits for who holds its lock for a moment.</summary>
    /// <returns>False where the blob is not there, as when somebody deleted it since it was downloaded: download it again.</returns>
    /// <exception cref="ModelCacheException">It cannot be written; or commit or path is none.</exception>
    public async Task<bool> TryPointAsync(RepoId repo, string commit, string path, ContentId content, CancellationToken cancellationToken)
    {
        var repository = FolderOf(repo);
        var files = repository.FilesOf(content);
        if (FileLook.Of(files.Blob) is not null)
        {
            if (PointerMaker.IsMade(repository, commit, path, content) && !File.Exists(StoreFiles.Tombstone(files)))
            {
                // Nothing has to be written, which may be impossible here.
                return true;
            }

            using (await FileLock.TakeAsync(files.Lock, _time, cancellationToken))
            {
                if (FileLook.Of(files.Blob) is not null)
                {
                    _pointers.Make(repository, commit, path, content);

                    // Deleted once, and wanted again before the system let go of it.
                    File.Delete(StoreFiles.Tombstone(files));
                    return true;
                }
            }
        }

        return LiesInSnapshot(repo, commit, path, content);
    }

    /// <summary>Whether a verified file lies in its place in the snapshot itself: where links cannot be made its blob was moved there, and is there though it is no blob any more.</summary>
    /// <exception cref="ModelCacheException">Commit or path is none.</exception>
    internal bool LiesInSnapshot(RepoId repo, string commit, string path, ContentId content)
        => new SnapshotReader(FolderOf(repo)).TryRead(commit, path) is { IsWhole: true, Kind: PointerKind.File } pointer
            && BlobStamp.IsGood(FilesOf(repo, content), pointer.FullPath);

    internal RepositoryFolder FolderOf(RepoId repo) => new(Root, repo);

    /// <summary>Folders of the repositories of models, whoever made them.</summary>
    /// <exception cref="ModelCacheException">The cache is there and cannot be read.</exception>
    internal IReadOnlyList<RepositoryFolder> ReadFolders()
    {
        try
        {
            return Directory.Exists(Root)
                ? [.. Directory.EnumerateDirectories(Root).Select(path => RepositoryFolder.TryOf(Root, Path.GetFileName(path))).OfType<RepositoryFolder>()]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(Root, e);
        }
    }
}
