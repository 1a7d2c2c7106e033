namespace NativeHost.Inference.Generation;

/// <summary>Bytes that only grow at the end. What was handed out stays as it is: growing makes a new array and leaves the old one.</summary>
/// <param name="firstBytes">What it has room for at first; the default is enough for most answers, so that most generations never grow it.</param>
public sealed class OutputBuffer(int firstBytes = 16 * 1024)
{
    private byte[] _bytes = new byte[firstBytes];

    public int Count { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - Count)
        {
            var larger = new byte[Math.Max(_bytes.Length * 2, Count + bytes.Length)];
            _bytes.AsSpan(0, Count).CopyTo(larger);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(Count));
        Count += bytes.Length;
    }

    /// <summary>Drops the end. Nothing behind <paramref name="count"/> may have been handed out.</summary>
    public void Truncate(int count) => Count = count;

    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(start, length);

    public ReadOnlySpan<byte> From(int start) => _bytes.AsSpan(start, Count - start);
}
