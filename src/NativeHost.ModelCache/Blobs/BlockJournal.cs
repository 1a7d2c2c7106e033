using Microsoft.Win32.SafeHandles;

namespace NativeHost.ModelCache.Blobs;

/// <summary>
/// Remembers, in a file beside the part, which blocks lie in it and what their bytes hash to. A block is written first and recorded
/// after that, and nothing waits for the disk: after a crash the bytes are held against the hashes, whatever the disk has kept.
/// </summary>
/// <remarks>Any thread. One writer; others may read it meanwhile (<see cref="JournalTail"/>).</remarks>
internal sealed class BlockJournal : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly uint _id;
    private readonly Lock _lock = new();
    private long _end;

    private BlockJournal(SafeFileHandle file, JournalHeader header, uint id, long end)
        => (_file, Header, _id, _end) = (file, header, id, end);

    public JournalHeader Header { get; }

    /// <summary>Starts one, in place of whatever is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static BlockJournal Create(string path, JournalHeader header)
    {
        var bytes = new byte[JournalFormat.HeaderBytes];
        var id = JournalFormat.WriteHeader(header, bytes);
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            RandomAccess.Write(file, bytes, 0);
            var journal = new BlockJournal(file, header, id, bytes.Length);
            file = null;
            return journal;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Goes on with one, and cuts off what is not right in it.</summary>
    /// <param name="found">Called for each record, in order; a block may have several, of which the last counts.</param>
    /// <returns>Null where there is none, or one about something else.</returns>
    /// <exception cref="IOException">It is there and cannot be used.</exception>
    public static BlockJournal? TryResume(string path, JournalHeader wanted, Action<JournalRecord> found)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
            if (JournalFormat.ReadHeader(file, out var id) is not { } header || !header.IsAboutSame(wanted))
            {
                return null;
            }

            var end = JournalFormat.ReadRecords(file, JournalFormat.HeaderBytes, header, id, found);
            RandomAccess.SetLength(file, end);
            var journal = new BlockJournal(file, header, id, end);
            file = null;
            return journal;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <exception cref="IOException">It could not be written; what was recorded before still counts.</exception>
    public void Append(JournalRecord record)
    {
        Span<byte> bytes = stackalloc byte[JournalFormat.RecordBytes];
        JournalFormat.WriteRecord(record, Header, _id, bytes);
        lock (_lock)
        {
            RandomAccess.Write(_file, bytes, _end);
            _end += bytes.Length;
        }
    }

    public void Dispose() => _file.Dispose();
}
