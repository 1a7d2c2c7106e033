using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Keeps the files of a model from being deleted while it is loaded. It ends with the process, however that ends.</summary>
/// <remarks>Any number of processes may have one for the same model.</remarks>
public sealed class ModelLease : IDisposable
{
    private readonly List<FileLock> _held = [];

    private ModelLease(IReadOnlyList<string> paths) => Paths = paths;

    /// <summary>Where the files lie, in the order in which they were asked for: paths in the snapshot.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Takes all of a model's files, or none. Whether they are good is for <see cref="Verification.EnsureAsync"/> to say, best asked after this.</summary>
    /// <exception cref="ModelCacheException">A file is not here, or is being deleted.</exception>
    public static ModelLease Take(HubCache cache, RepoId repo, string commit, IReadOnlyList<string> paths)
    {
        var repository = cache.FolderOf(repo);
        var listing = new Lazy<RepoListing?>(() => cache.ReadListing(repo, commit));
        var lease = new ModelLease([.. paths.Select(path => cache.PathOf(repo, commit, path))]);
        try
        {
            foreach (var path in paths)
            {
                lease.Hold(repository, commit, path, listing);
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _held.ForEach(held => held.Dispose());
        _held.Clear();
    }

    private void Hold(RepositoryFolder repository, string commit, string path, Lazy<RepoListing?> listing)
    {
        var reader = new SnapshotReader(repository);
        var content = reader.TryRead(commit, path)?.Content ?? listing.Value?.Files.FirstOrDefault(file => file.Path == path)?.Content;
#pragma warning disable CA2000 // Disposed with this lease.
        if (content is not null && TryShare(repository, content) is { } held)
        {
            _held.Add(held);
        }
#pragma warning restore CA2000

        // It may have been deleted until the lease was there, but not any more.
        if (reader.TryRead(commit, path) is not { IsWhole: true } pointer || (pointer.Content is { } now && now != content))
        {
            throw new ModelCacheException(CacheFault.NotCached, $"{StoreFault.Printable(path)} of {repository.Repo} was deleted just now. Pull it again.");
        }
    }

    /// <returns>Null where the cache may only be read: then this user's programs cannot delete from it either.</returns>
    private static FileLock? TryShare(RepositoryFolder repository, ContentId content)
    {
        var files = repository.FilesOf(content);
        try
        {
            Directory.CreateDirectory(files.Folder);
            return FileLock.TryShare(files.Use)
                ?? throw new ModelCacheException(CacheFault.NotCached, $"{repository.Repo} is being deleted at the moment. Pull it again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
