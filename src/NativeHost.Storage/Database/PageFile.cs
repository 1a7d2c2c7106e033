using System.Globalization;
using static NativeHost.Storage.Database.PageFormat;

namespace NativeHost.Storage.Database;

/// <summary>The data file as LiteDB sees it: pages, each of which is checked when it is read.</summary>
/// <remarks>Used under the database's gate only, so never by two threads at once. It does not own the file.</remarks>
internal sealed class PageFile(IStoreFile file) : Stream
{
    private readonly byte[] _page = new byte[PageSize];

    /// <summary>Pages are written while a checkpoint runs, or a file is made. LiteDB has no reason to do it at other times, and would
    /// where it marks a file that it finds broken: what is broken stays as it is.</summary>
    public bool IsWritable { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    // A page that is there in part was being written when its process ended; the journal has it.
    public override long Length => file.Length / PageSize * PageSize;

    public override long Position { get; set; }

    /// <exception cref="DamagedFileException">The page is not what was written, or not there.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var page = buffer.AsSpan(offset, count);
        if (count != PageSize || Position % PageSize != 0)
        {
            throw new InvalidOperationException("Pages are read as a whole.");
        }

        if (file.Read(page, Position) != PageSize)
        {
            throw new DamagedFileException(string.Create(CultureInfo.InvariantCulture, $"Page {Position / PageSize} is not there."));
        }

        if (!TryUnseal(page))
        {
            throw new DamagedFileException(string.Create(CultureInfo.InvariantCulture, $"Page {Position / PageSize} is not what was written."));
        }

        Position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!IsWritable || count != PageSize || Position % PageSize != 0)
        {
            throw new InvalidOperationException("Pages are written as a whole, and by a checkpoint.");
        }

        buffer.AsSpan(offset, count).CopyTo(_page);
        Seal(_page);
        file.Write(_page, Position);
        Position += count;
    }

    /// <summary>LiteDB's checkpoint calls it when all pages are written, before it forgets its log.</summary>
    public override void Flush() => file.Flush();

    public override void SetLength(long value)
    {
        if (!IsWritable)
        {
            throw new InvalidOperationException("The length is set by a checkpoint.");
        }

        file.SetLength(value);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
}
