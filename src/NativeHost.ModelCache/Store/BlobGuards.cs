using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Keeps everybody else away from some blobs: who downloads them, and who has them loaded.</summary>
internal sealed class BlobGuards : IDisposable
{
    private readonly List<FileLock> _held = [];
    private readonly HashSet<ContentId> _contents = [];

    /// <summary>The contents that are guarded.</summary>
    public IReadOnlySet<ContentId> Contents => _contents;

    /// <exception cref="ModelCacheException">One of them is in use or being downloaded (and none is guarded), or a lock cannot be made.</exception>
    public static BlobGuards TakeAll(RepositoryFolder repository, IEnumerable<ContentId> contents)
    {
        var guards = new BlobGuards();
        try
        {
            foreach (var content in contents)
            {
                if (guards.Take(repository, content) is { } reason)
                {
                    throw new ModelCacheException(CacheFault.ModelInUse, $"{repository.Repo} {reason}");
                }
            }

            return guards;
        }
        catch (ModelCacheException)
        {
            guards.Dispose();
            throw;
        }
    }

    /// <summary>Guards those that nobody uses.</summary>
    /// <exception cref="ModelCacheException">A lock cannot be made.</exception>
    public static BlobGuards TakeFree(RepositoryFolder repository, IEnumerable<ContentId> contents)
    {
        var guards = new BlobGuards();
        try
        {
            foreach (var content in contents)
            {
                _ = guards.Take(repository, content);
            }

            return guards;
        }
        catch (ModelCacheException)
        {
            guards.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _held.ForEach(held => held.Dispose());
        _held.Clear();
    }

    /// <returns>Null where it is guarded now, or why it is not.</returns>
    private string? Take(RepositoryFolder repository, ContentId content)
    {
        if (_contents.Contains(content))
        {
            return null;
        }

#pragma warning disable CA2000 // What is kept is disposed with this object.
        var files = repository.FilesOf(content);
        if (FileLock.TryTake(files.Lock) is not { } download)
        {
            return "is being downloaded. Cancel the download first, or wait for it.";
        }

        _held.Add(download);
        if (FileLock.TryTake(files.Use) is not { } use)
        {
            _held.Remove(download);
            download.Dispose();
            return "is loaded. Unload it first.";
        }

        _held.Add(use);
#pragma warning restore CA2000
        _contents.Add(content);
        return null;
    }
}
