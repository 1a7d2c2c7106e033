using System.Collections;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Follows a journal that another process writes.</summary>
/// <remarks>One thread. Nothing is changed, and nothing stays open between two looks.</remarks>
internal sealed class JournalTail(string path, string content, long size)
{
    private BitArray _blocks = new(0);
    private uint _id;
    private long _end;

    /// <summary>Bytes that the journal says are there; null where there is no journal of this blob.</summary>
    public long? DurableBytes { get; private set; }

    /// <summary>Reads what was written since the last look.</summary>
    public void Look()
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(file) == _end && DurableBytes is not null)
            {
                return;
            }

            if (JournalFormat.ReadHeader(file, out var id) is not { } header || header.Content != content || header.Size != size)
            {
                DurableBytes = null;
                return;
            }

            if (id != _id || RandomAccess.GetLength(file) < _end || DurableBytes is null)
            {
                (_id, _end, DurableBytes, _blocks) = (id, JournalFormat.HeaderBytes, 0, new BitArray(header.BlockCount));
            }

            _end = JournalFormat.ReadRecords(file, _end, header, id, record => Count(header, record.Block));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It comes and goes with the other process; the next look tells.
            DurableBytes = null;
        }
    }

    private void Count(JournalHeader header, int block)
    {
        if (!_blocks[block])
        {
            _blocks[block] = true;
            DurableBytes += header.LengthOf(block);
        }
    }
}
