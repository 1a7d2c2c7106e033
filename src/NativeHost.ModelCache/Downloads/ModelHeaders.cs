using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Variants;

namespace NativeHost.ModelCache.Downloads;

/// <summary>Reads what a model says of itself: from the cache where it is here, else from the hub, of which only the header is fetched. Safe to use from any thread.</summary>
public sealed class ModelHeaders(PullServices services)
{
    /// <param name="commit">That the variant was listed at; 40 hexadecimal digits.</param>
    /// <param name="variant">Whole.</param>
    /// <returns>With <see cref="RemoteHeader.FetchedBytes"/> also where nothing was fetched over a network: then they were read.</returns>
    /// <exception cref="ModelCacheException">It cannot be had, or is no GGUF file.</exception>
    public async Task<RemoteHeader> ReadAsync(RepoId repo, string commit, Variant variant, CancellationToken cancellationToken)
    {
        var file = variant.Files[0];
        if (Find(repo, commit, file) is { } path)
        {
            return await ReadHereAsync(path, variant, cancellationToken);
        }

        using var ranges = new BlobRanges(file, services.TransportOf(repo, commit, file.Path), services.Options, services.Time);
        return await RemoteHeader.ReadAsync(variant, ranges.ReadAsync, cancellationToken);
    }

    /// <summary>The file on this disk, as long as the hub says that it is.</summary>
    private string? Find(RepoId repo, string commit, RepoFile file)
    {
        string?[] paths = [services.Cache.Find(repo, commit, file.Path), services.Cache.FilesOf(repo, file.Content).Blob];
        return Array.Find(paths, path => path is not null && FileLook.Of(path)?.Length == file.Size);
    }

    private static async Task<RemoteHeader> ReadHereAsync(string path, Variant variant, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            return await RemoteHeader.ReadAsync(
                variant,
                async (offset, count, token) =>
                {
                    var bytes = new byte[count];
                    var filled = 0;
                    while (filled < count && await RandomAccess.ReadAsync(handle, bytes.AsMemory(filled), offset + filled, token) is > 0 and var read)
                    {
                        filled += read;
                    }

                    return bytes.AsMemory(0, filled);
                },
                cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelCacheException(CacheFault.CacheUnusable, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
