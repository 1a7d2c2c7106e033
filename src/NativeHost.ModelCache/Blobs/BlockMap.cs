namespace NativeHost.ModelCache.Blobs;

/// <summary>Consecutive blocks that one worker fetches.</summary>
/// <param name="End">The first that does not belong to it.</param>
internal readonly record struct BlockRun(int Start, int End);

/// <summary>What is known of a block's bytes in the part.</summary>
internal enum BlockState : byte
{
    Missing,

    /// <summary>A worker is at it.</summary>
    Claimed,

    /// <summary>The journal says that it is there.</summary>
    Unchecked,

    /// <summary>It is there, as it was received.</summary>
    Good,
}

/// <summary>Which blocks of a blob are there, and who fetches which.</summary>
/// <remarks>Any thread. Every change fires <paramref name="changed"/>.</remarks>
internal sealed class BlockMap(long size, int blockSize, Pulse changed)
{
    /// <summary>How often a block is fetched in search of two answers that agree.</summary>
    private const int MostAnswers = 4;

    private readonly Lock _lock = new();
    private readonly BlockState[] _states = new BlockState[checked((int)((size + blockSize - 1) / blockSize))];
    private readonly UInt128[] _hashes = new UInt128[(int)((size + blockSize - 1) / blockSize)];

    // Bytes in each state, by its number.
    private readonly long[] _bytes = [size, 0, 0, 0];

    // No block before them is missing, or unchecked.
    private int _firstMissing;
    private int _firstUnchecked;

    // What each block hashed to each time it came, while they are fetched again.
    private List<UInt128>?[]? _answers;
    private int? _firstChanged;

    public long Size => size;

    public int BlockSize => blockSize;

    public int Count => _states.Length;

    /// <summary>Bytes that need not be fetched again, as far as is known.</summary>
    public long DurableBytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes[(int)BlockState.Unchecked] + _bytes[(int)BlockState.Good];
            }
        }
    }

    public long MissingBytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes[(int)BlockState.Missing];
            }
        }
    }

    /// <summary>Whether every block is there and checked.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_lock)
            {
                return _bytes[(int)BlockState.Good] == size;
            }
        }
    }

    /// <summary>Offset of the first block that came otherwise when it was fetched again; null where none did.</summary>
    public long? FirstChangedOffset
    {
        get
        {
            lock (_lock)
            {
                return (long?)_firstChanged * blockSize;
            }
        }
    }

    public long OffsetOf(int block) => (long)block * blockSize;

    public int LengthOf(int block) => (int)Math.Min(blockSize, size - OffsetOf(block));

    public BlockState StateOf(int block)
    {
        lock (_lock)
        {
            return _states[block];
        }
    }

    public UInt128 HashOf(int block)
    {
        lock (_lock)
        {
            return _hashes[block];
        }
    }

    /// <summary>Takes over what a journal says.</summary>
    public void Remember(JournalRecord record) => Set(record.Block, BlockState.Unchecked, record.Hash);

    /// <summary>Claims the first missing blocks.</summary>
    /// <returns>Null where none is missing.</returns>
    public BlockRun? Claim(int most)
    {
        lock (_lock)
        {
            while (_firstMissing < Count && _states[_firstMissing] != BlockState.Missing)
            {
                _firstMissing++;
            }

            if (_firstMissing == Count)
            {
                return null;
            }

            var end = _firstMissing;
            for (; end < Count && end - _firstMissing < most && _states[end] == BlockState.Missing; end++)
            {
                Move(end, BlockState.Claimed);
            }

            return new BlockRun(_firstMissing, end);
        }
    }

    /// <summary>Gives back what was claimed and not fetched.</summary>
    public void Release(BlockRun run)
    {
        lock (_lock)
        {
            for (var block = run.Start; block < run.End; block++)
            {
                Move(block, BlockState.Missing);
            }
        }

        changed.Fire();
    }

    /// <summary>A claimed block lies in the part.</summary>
    public void Complete(int block, UInt128 hash)
    {
        lock (_lock)
        {
            _hashes[block] = hash;
            Move(block, IsSettled(block, hash) ? BlockState.Good : BlockState.Missing);
        }

        changed.Fire();
    }

    /// <summary>Says whether the part holds the bytes that the journal speaks of.</summary>
    public void Check(int block, bool isGood) => Set(block, isGood ? BlockState.Good : BlockState.Missing, HashOf(block));

    /// <summary>The first block from <paramref name="from"/> on that is unchecked; null where there is none.</summary>
    public int? NextUnchecked(int from)
    {
        lock (_lock)
        {
            for (_firstUnchecked = Math.Max(_firstUnchecked, from); _firstUnchecked < Count; _firstUnchecked++)
            {
                if (_states[_firstUnchecked] == BlockState.Unchecked)
                {
                    return _firstUnchecked;
                }
            }

            return null;
        }
    }

    /// <summary>Doubts every block: is the part as it was received?</summary>
    public void Doubt() => SetAll(BlockState.Unchecked);

    /// <summary>
    /// Has every block fetched again until two answers agree, the first being what is there. The part holds the last answer.
    /// </summary>
    public void FetchAgain()
    {
        lock (_lock)
        {
            _answers = Array.ConvertAll(_hashes, hash => (List<UInt128>?)[hash]);
        }

        SetAll(BlockState.Missing);
    }

    private bool IsSettled(int block, UInt128 hash)
    {
        if (_answers?[block] is not { } answers)
        {
            return true;
        }

        if (!answers.Contains(hash) && answers.Count < MostAnswers)
        {
            answers.Add(hash);
            return false;
        }

        if (hash != answers[0])
        {
            _firstChanged = Math.Min(block, _firstChanged ?? block);
        }

        return true;
    }

    private void SetAll(BlockState state)
    {
        lock (_lock)
        {
            for (var block = 0; block < Count; block++)
            {
                Move(block, state);
            }
        }

        changed.Fire();
    }

    private void Set(int block, BlockState state, UInt128 hash)
    {
        lock (_lock)
        {
            _hashes[block] = hash;
            Move(block, state);
        }

        changed.Fire();
    }

    private void Move(int block, BlockState state)
    {
        _bytes[(int)_states[block]] -= LengthOf(block);
        _bytes[(int)state] += LengthOf(block);
        _states[block] = state;
        if (state == BlockState.Missing)
        {
            _firstMissing = Math.Min(_firstMissing, block);
        }
        else if (state == BlockState.Unchecked)
        {
            _firstUnchecked = Math.Min(_firstUnchecked, block);
        }
    }
}
