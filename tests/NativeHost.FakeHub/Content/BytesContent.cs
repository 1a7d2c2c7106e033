namespace NativeHost.Testing;

/// <summary>Content that is in memory.</summary>
public sealed class BytesContent(ReadOnlyMemory<byte> bytes) : FileContent
{
    public override long Length => bytes.Length;

    public override void Read(long offset, Span<byte> into) => bytes.Span.Slice((int)offset, into.Length).CopyTo(into);
}
