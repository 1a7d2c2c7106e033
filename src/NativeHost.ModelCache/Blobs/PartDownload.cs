using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Makes a part whole: fetches what is missing, hashes all of it meanwhile, and repairs it where the hash is not the right one.</summary>
internal sealed class PartDownload : IDisposable
{
    /// <summary>How often the whole is fetched again in search of what is wrong.</summary>
    private const int RepairRounds = 2;

    private readonly RepoFile _file;
    private readonly ResumablePart _part;
    private readonly BlobSource _source;
    private readonly BlockFetcher _fetcher;
    private readonly int _maxWorkers;
    private readonly ProgressMeter _meter;

    /// <param name="part">Open; the caller's.</param>
    public PartDownload(
        RepoFile file, ResumablePart part, BlobTransport transport, BlobDownloadOptions options, TimeProvider time, ProgressMeter meter)
    {
        (_file, _part, _maxWorkers, _meter) = (file, part, options.MaxWorkers, meter);
        _source = new BlobSource(file, transport, options, time);
        _source.Remember(part.ServerTag);
        _fetcher = new BlockFetcher(
            part.Bytes,
            part.Map,
            _source,
            new WorkerWidth(options.MaxWorkers, options.WidthInterval, time, part.Changed),
            new Perseverance(file.Path, options, time),
            part.Changed,
            options,
            block => part.Record(block, _source),
            meter.BytesCame);
    }

    /// <summary>Ends when nothing is missing.</summary>
    /// <returns>Whether the part is the content.</returns>
    /// <exception cref="ModelCacheException">There will be no more bytes.</exception>
    /// <exception cref="IOException">The disk does not take them, or not give them back.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        _meter.Follow(_part.Map);
        _meter.Enter(BlobPhase.Downloading);
        return await FetchAsync(cancellationToken) || await RepairAsync(cancellationToken);
    }

    public void Dispose() => _source.Dispose();

    private async Task<bool> FetchAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var hash = new ContentHash(_file.Content, _file.Size);
        var hasher = new PrefixHasher(_part.Bytes, _part.Map, _part.Changed);
        var isContent = false;

        var workers = Enumerable.Range(0, _maxWorkers).Select(index => StartAsync(() => _fetcher.WorkAsync(index, stop.Token), stop));
        await Task.WhenAll(workers.Append(StartAsync(async () => isContent = await hasher.RunAsync(hash, stop.Token), stop)));
        return isContent;
    }

    /// <summary>Hashing computes and writing may block, so each has a thread of the pool. The first that fails ends all.</summary>
    private static async Task StartAsync(Func<Task> work, CancellationTokenSource stop)
    {
        var isDone = false;
        try
        {
            await Task.Run(work, CancellationToken.None);
            isDone = true;
        }
        finally
        {
            if (!isDone)
            {
                await stop.CancelAsync();
            }
        }
    }

    private async Task<bool> RepairAsync(CancellationToken cancellationToken)
    {
        _meter.Enter(BlobPhase.Repairing);

        // Perhaps the disk has not what it was given: that is found without the network.
        _part.Map.Doubt();
        var isContent = await FetchAsync(cancellationToken);
        for (var round = 0; round < RepairRounds && !isContent; round++)
        {
            _fetcher.IsComparing = true;
            _source.Renew();
            _part.Map.FetchAgain();
            isContent = await FetchAsync(cancellationToken);
        }

        return isContent;
    }
}
