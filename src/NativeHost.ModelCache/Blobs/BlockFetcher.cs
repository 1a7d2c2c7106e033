using System.Buffers;
using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace NativeHost.ModelCache.Blobs;

/// <summary>The workers of a download: each claims a run of missing blocks, asks for it with one request, and writes what comes.</summary>
internal sealed class BlockFetcher(
    PartFile part,
    BlockMap map,
    BlobSource source,
    WorkerWidth width,
    Perseverance perseverance,
    Pulse changed,
    BlobDownloadOptions options,
    Action<JournalRecord> record,
    Action<int> received)
{
    private const int WriteBytes = 256 * 1024;

    /// <summary>
    /// A request asks for this much at most, so that the blocks come more or less in their order, and so that no more than this waits in
    /// the system's buffers of a connection when the process dies: those bytes are paid for and lost.
    /// </summary>
    private const int MaxRequestBytes = 8 << 20;

    /// <summary>Towards the end each worker claims only a part of its share, so that all end together.</summary>
    private const int RequestsPerShare = 4;

    /// <summary>Claims one block at a time, so that what is compared with an earlier answer has not its borders.</summary>
    public bool IsComparing { get; set; }

    /// <summary>Works until all blocks are there.</summary>
    /// <param name="index">Counted from 0; works only while there are to be more workers than that.</param>
    /// <exception cref="ModelCacheException">There will be no more bytes.</exception>
    /// <exception cref="IOException">The part or the journal cannot be written.</exception>
    public async Task WorkAsync(int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var change = changed.Next;
            if (map.IsComplete)
            {
                return;
            }

            if (IsWanted(index) && map.Claim(RunLength()) is { } run)
            {
                await FetchAsync(index, run, cancellationToken);
            }
            else
            {
                await change.WaitAsync(cancellationToken);
            }
        }
    }

    private bool IsWanted(int index) => index < (source.Mode == RangeMode.Closed ? width.Current : 1);

    private int RunLength()
    {
        if (source.Mode != RangeMode.Closed)
        {
            return int.MaxValue;
        }

        var share = map.MissingBytes / (width.Current * RequestsPerShare);
        return IsComparing ? 1 : (int)Math.Max(1, Math.Min(MaxRequestBytes, share) / map.BlockSize);
    }

    private async Task FetchAsync(int index, BlockRun run, CancellationToken cancellationToken)
    {
        var cursor = new Cursor(run.Start);
        var buffer = ArrayPool<byte>.Shared.Rent(WriteBytes);
        try
        {
            for (var failures = 0; cursor.Block < run.End;)
            {
                var before = cursor.Position(map);
                try
                {
                    await perseverance.WaitForServerAsync(cancellationToken);
                    await CopyAsync(run, cursor, buffer, cancellationToken);
                }
                catch (TransferException e)
                {
                    failures = cursor.Position(map) > before ? 1 : failures + 1;
                    if (e.Trouble is not (TransferTrouble.Refused or TransferTrouble.OtherTag))
                    {
                        width.Narrow();
                    }

                    await perseverance.PauseAsync(e, failures, cancellationToken);
                    if (!IsWanted(index))
                    {
                        // The block that is begun is ended; the others are for who is wanted.
                        var rest = cursor.Filled > 0 ? cursor.Block + 1 : cursor.Block;
                        map.Release(run with { Start = rest });
                        run = run with { End = rest };
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            map.Release(run with { Start = cursor.Block });
        }
    }

    /// <summary>Sends one request and writes what it brings, up to the end of the run.</summary>
    private async Task CopyAsync(BlockRun run, Cursor cursor, byte[] buffer, CancellationToken cancellationToken)
    {
        var mode = source.Mode;
        var end = map.OffsetOf(run.End - 1) + map.LengthOf(run.End - 1);
        using var stream = await source.OpenAsync(mode, cursor.Position(map), end, cancellationToken);
        for (var skip = mode == RangeMode.Whole ? cursor.Position(map) : 0; skip > 0;)
        {
            skip -= await ReadAsync(stream, buffer.AsMemory(0, (int)Math.Min(buffer.Length, skip)), cancellationToken);
        }

        var held = 0;
        try
        {
            while (cursor.Block < run.End)
            {
                // A socket gives some 70 KB at a time; written together, whole pages cost the system a third less. None crosses the end of a block.
                var wanted = Math.Min(buffer.Length, map.LengthOf(cursor.Block) - cursor.Filled);
                held += await ReadAsync(stream, buffer.AsMemory(held, wanted - held), cancellationToken);
                perseverance.BytesCame();
                if (held == wanted)
                {
                    held = 0;
                    Write(buffer.AsSpan(0, wanted), cursor);
                }
            }
        }
        catch (TransferException)
        {
            Write(buffer.AsSpan(0, held), cursor);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(PartStream stream, Memory<byte> target, CancellationToken cancellationToken)
    {
        var read = await stream.ReadAsync(target[..(options.Bandwidth?.PieceOf(target.Length) ?? target.Length)], cancellationToken);
        received(read);
        width.BytesCame(read);
        if (options.Bandwidth is { } limit)
        {
            await limit.TakeAsync(read, cancellationToken);
        }

        return read;
    }

    private void Write(ReadOnlySpan<byte> bytes, Cursor cursor)
    {
        part.Write(bytes, cursor.Position(map));
        if (cursor.Append(bytes) == map.LengthOf(cursor.Block))
        {
            CompleteBlock(cursor);
        }
    }

    private void CompleteBlock(Cursor cursor)
    {
        options.AtPoint(CrashPoint.BlockWritten);
        var block = new JournalRecord(cursor.Block, cursor.TakeHash());
        record(block);
        options.AtPoint(CrashPoint.BlockRecorded);
        map.Complete(block.Block, block.Hash);
    }

    /// <summary>Where a worker is, also in the middle of a block: the next request goes on there.</summary>
    private sealed class Cursor(int block)
    {
        private readonly XxHash128 _hash = new();

        public int Block { get; private set; } = block;

        /// <summary>Bytes of the block that are written.</summary>
        public int Filled { get; private set; }

        public long Position(BlockMap map) => map.OffsetOf(Block) + Filled;

        /// <returns><see cref="Filled"/>.</returns>
        public int Append(ReadOnlySpan<byte> bytes)
        {
            _hash.Append(bytes);
            return Filled += bytes.Length;
        }

        /// <summary>The hash of the block that is full; goes on with the next one.</summary>
        public UInt128 TakeHash()
        {
            var hash = _hash.GetCurrentHashAsUInt128();
            _hash.Reset();
            (Block, Filled) = (Block + 1, 0);
            return hash;
        }
    }
}
