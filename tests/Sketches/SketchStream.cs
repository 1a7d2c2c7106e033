namespace NativeHost.Testing;

/// <summary>Keeps what is written before the first seek, a header, and only counts the rest.</summary>
internal sealed class SketchStream : Stream
{
    private readonly MemoryStream _start = new();
    private long _length;

    public ReadOnlyMemory<byte> Start => _start.GetBuffer().AsMemory(0, (int)_start.Length);

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override long Seek(long offset, SeekOrigin origin) => Position += offset;

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_start.Length == Position)
        {
            _start.Write(buffer, offset, count);
        }

        Position += count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => _length = value;

    protected override void Dispose(bool disposing)
    {
        _start.Dispose();
        base.Dispose(disposing);
    }
}
