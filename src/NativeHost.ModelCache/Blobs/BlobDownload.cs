using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>
/// Sees to it that one blob is in the cache: whole, verified, and fetched by one process only, whatever the network, the disk and other
/// programs do meanwhile.
/// </summary>
/// <remarks>
/// Several may run for one blob, here and in other processes: one downloads, the others follow its journal and go on when it dies.
/// What came is kept when a download is cancelled, fails or is killed, and the next one goes on from there.
/// </remarks>
/// <param name="file">As the repository's listing has it.</param>
public sealed class BlobDownload(BlobFiles files, RepoFile file, BlobTransport transport, BlobDownloadOptions options, TimeProvider time)
{
    /// <summary>Ends when the blob is there.</summary>
    /// <param name="progress">Told at most ten times a second, from one thread at a time; must not take long.</param>
    /// <exception cref="ModelCacheException">It cannot be had for now; what came is kept.</exception>
    /// <exception cref="OperationCanceledException">What came is kept.</exception>
    public async Task<BlobReceipt> RunAsync(IProgress<BlobProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWorkers, 1);
        await using var meter = new ProgressMeter(progress, file.Size, time);
        try
        {
            var origin = await BringAsync(meter, cancellationToken);
            meter.Finish();
            return new BlobReceipt(origin, meter.ReceivedBytes);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            throw DiskSpace.Full(meter.MissingBytes, options.FreeBytes(files.Folder), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelCacheException(CacheFault.CacheUnusable, $"The cache cannot be used: {e.Message} Look at {files.RepoFolder}.", e);
        }
    }

    /// <summary>Removes what was downloaded of a blob that is not whole.</summary>
    /// <returns>False where it is being downloaded: nothing was removed.</returns>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static bool Discard(BlobFiles files)
    {
        using var held = BlobLock.TryTake(files);
        if (held is null)
        {
            return false;
        }

        if (Directory.Exists(files.Folder))
        {
            PartPaths.Of(files, isLockReal: true).Delete();
            PartPaths.Of(files, isLockReal: false).Delete();
        }

        return true;
    }

    private async Task<BlobOrigin> BringAsync(ProgressMeter meter, CancellationToken cancellationToken)
    {
        var tail = new JournalTail(files.Journal, file.Content.Hex, file.Size);
        for (var isFirst = true; ; isFirst = false)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BlobStamp.IsGood(files))
            {
                RemoveLeftovers();
                return isFirst ? BlobOrigin.Known : BlobOrigin.Observed;
            }

            using (var held = BlobLock.TryTake(files))
            {
                if (held is not null)
                {
                    return await OwnAsync(PartPaths.Of(files, held.IsReal), meter, cancellationToken);
                }
            }

            tail.Look();
            meter.Enter(tail.DurableBytes is null ? BlobPhase.Waiting : BlobPhase.Downloading);
            meter.Observe(tail.DurableBytes ?? 0);
            await Task.Delay(options.WatchInterval, time, cancellationToken);
        }
    }

    /// <summary>A process may have died between the last two steps.</summary>
    private void RemoveLeftovers()
    {
        if (File.Exists(files.Journal) || File.Exists(files.Part))
        {
            Discard(files);
        }
    }

    private async Task<BlobOrigin> OwnAsync(PartPaths paths, ProgressMeter meter, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(files.Folder);
        var origin = await AdoptAsync(meter, cancellationToken);
        origin ??= await DownloadAsync(paths, meter, cancellationToken)
            ? BlobOrigin.Downloaded
            : await AdoptAsync(meter, cancellationToken) ?? throw new IOException($"{paths.Part} is gone.");
        // What another program put there stays as it is: it may be a link into that one's own folder.
        var isOurs = origin == BlobOrigin.Downloaded || File.Exists(paths.Journal);
        BlobPublication.Seal(files, isOurs, options.AtPoint);
        paths.Delete();
        options.AtPoint(CrashPoint.JournalRemoved);
        return origin.Value;
    }

    /// <returns>False where another process has published the blob meanwhile.</returns>
    private async Task<bool> DownloadAsync(PartPaths paths, ProgressMeter meter, CancellationToken cancellationToken)
    {
        using var part = new ResumablePart(files, file, paths, options, time);
        part.Open();
        using var download = new PartDownload(file, part, transport, options, time, meter);
        if (!await download.RunAsync(cancellationToken))
        {
            part.Quarantine();
            throw Mismatch(part.Map.FirstChangedOffset);
        }

        options.AtPoint(CrashPoint.Verified);
        meter.Enter(BlobPhase.Publishing);
        return part.Publish();
    }

    private ModelCacheException Mismatch(long? firstChangedOffset)
    {
        var how = firstChangedOffset is { } offset
            ? $"they came differently each time, first in the block at byte {offset}"
            : "though they came the same each time";
        return new ModelCacheException(
            CacheFault.HashMismatch,
            $"The bytes of {file.Path} are not those that the hub promised: {how}. "
                + $"They are kept as {files.Quarantine}. Try another network, or tell the owner of {files.Repo}.");
    }

    /// <returns>Null where there is no such blob, or one that is not what its name says.</returns>
    private async Task<BlobOrigin?> AdoptAsync(ProgressMeter meter, CancellationToken cancellationToken)
    {
        if (BlobStamp.IsGood(files))
        {
            return BlobOrigin.Observed;
        }

        if (!File.Exists(files.Blob))
        {
            return null;
        }

        meter.Enter(BlobPhase.Checking);
        return FileLook.Of(files.Blob)?.Length == file.Size
            && await ContentHash.MatchesAsync(files.Blob, file.Size, file.Content, onRead: null, cancellationToken) ? BlobOrigin.Adopted : null;
    }
}
