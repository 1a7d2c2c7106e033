namespace NativeHost.ModelCache.Blobs;

/// <summary>
/// Hashes a blob from its beginning as far as it is there, while the rest still comes; so that little is left to do at the end. Holds
/// blocks that only the journal vouches for against it first.
/// </summary>
internal sealed class PrefixHasher(PartFile part, BlockMap map, Pulse changed)
{
    private const int ReadBytes = 256 * 1024;

    /// <summary>So much is sent on its way to the disk at once.</summary>
    private const int FlushBytes = 32 << 20;

    private readonly byte[] _buffer = new byte[ReadBytes];
    private long _flushed;

    /// <summary>Ends when all blocks are there.</summary>
    /// <returns>Whether they are the content.</returns>
    public async Task<bool> RunAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        for (var next = 0; next < map.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var change = changed.Next;
            switch (map.StateOf(next))
            {
                case BlockState.Good:
                    Append(hash, next++);
                    break;
                case BlockState.Unchecked:
                    Check(next);
                    break;
                default:
                    // Time to look at the rest: what is bad there is fetched together with this one, not after it.
                    if (map.NextUnchecked(next) is { } ahead)
                    {
                        Check(ahead);
                    }
                    else
                    {
                        await change.WaitAsync(cancellationToken);
                    }

                    break;
            }
        }

        return hash.IsExpected();
    }

    private void Check(int block)
        => map.Check(block, part.Matches(map.OffsetOf(block), map.LengthOf(block), map.HashOf(block), _buffer));

    private void Append(ContentHash hash, int block)
    {
        var end = map.OffsetOf(block) + map.LengthOf(block);
        for (var offset = map.OffsetOf(block); offset < end;)
        {
            var read = part.Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, end - offset)), offset);
            if (read == 0)
            {
                throw new EndOfStreamException("The part became shorter while it was downloaded.");
            }

            hash.Append(_buffer.AsSpan(0, read));
            offset += read;
        }

        if (end - _flushed >= FlushBytes)
        {
            part.BeginFlush(_flushed, end - _flushed);
            _flushed = end;
        }
    }
}
