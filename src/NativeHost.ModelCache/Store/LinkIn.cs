using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Gives the cache a blob that another program already has, without a download and without a second copy.</summary>
/// <remarks>
/// A hard link where both are on one disk, else a symbolic link. The other program's folders are not written to. Should it change or delete
/// its file, the stamp or the link no longer holds, and the file counts as not verified or not here.
/// </remarks>
public sealed class LinkIn(HubCache cache, ForeignModels foreign)
{
    /// <summary>Looks for a file with the size, reads it to see whether it has the bytes, and links to it.</summary>
    /// <param name="progress">Gets the bytes that were read in each step.</param>
    /// <returns>Where the bytes are from; null where nobody has them, or they cannot be linked to. Then download them.</returns>
    /// <exception cref="ModelCacheException">The cache cannot be written.</exception>
    public async Task<ForeignModel?> TryAsync(RepoId repo, ContentId content, long size, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var files = cache.FilesOf(repo, content);

        // Those whose name says so come first: most often nothing else has to be read.
        foreach (var model in foreign.Find(cancellationToken).Where(model => model.Look.Length == size && size > 0).OrderBy(model => model.Named == content ? 0 : 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((model.Named is null || !content.IsSha256 || model.Named == content) && await TryAsync(files, model, progress, cancellationToken))
            {
                return model;
            }
        }

        return null;
    }

    private static async Task<bool> TryAsync(BlobFiles files, ForeignModel model, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var before = FileIdentity.Of(model.Path);
            if (!await ContentHash.MatchesAsync(model.Path, model.Look.Length, files.Content, progress is null ? null : progress.Report, cancellationToken))
            {
                return false;
            }

            // A download of the same blob goes on; it would replace the link.
            using var held = FileLock.TryTake(files.Lock);
            return held is not null && FileLook.Of(files.Blob) is null && TryLink(files, model, before);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryLink(BlobFiles files, ForeignModel model, FileIdentity? before)
    {
        Directory.CreateDirectory(files.Folder);
        var temporary = Path.Combine(files.Folder, $"{Guid.NewGuid():N}{StoreFiles.Temporary}");
        try
        {
            var isHardLink = FileLinks.TryHardLink(model.Path, temporary);
            if (!isHardLink && !FileLinks.TrySymbolicLink(temporary, model.Path))
            {
                return false;
            }

            // The path may lead to another file by now than the one that was read.
            var isSame = before is not { } read || (FileIdentity.Of(isHardLink ? temporary : model.Path) is { } now && (now.Device, now.Number) == (read.Device, read.Number));
            if (!isSame || FileLook.Of(temporary) != model.Look)
            {
                return false;
            }

            File.Move(temporary, files.Blob, overwrite: true);
            BlobStamp.Write(files, model.Look);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
