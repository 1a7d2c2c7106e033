using System.Buffers;
using System.Text;

namespace NativeHost.Processes;

/// <summary>The beginning of what a program writes, and how much it was. Safe to use from any thread.</summary>
/// <param name="maxBytes">Most bytes that are kept.</param>
internal sealed class KeptOutput(int maxBytes)
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _kept = new();
    private long _total;

    /// <summary>Bytes that were written, kept or not.</summary>
    public long TotalBytes
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _kept.Write(bytes[..Math.Min(bytes.Length, maxBytes - _kept.WrittenCount)]);
            _total += bytes.Length;
        }
    }

    /// <summary>What was kept, as text: what is no UTF-8 is replaced, and a character that was cut in two is left out.</summary>
    /// <param name="isCut">Whether more was written.</param>
    public string Text(out bool isCut)
    {
        lock (_lock)
        {
            isCut = _total > _kept.WrittenCount;
            var bytes = _kept.WrittenSpan;
            var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            var count = Encoding.UTF8.GetDecoder().GetChars(bytes, chars, flush: !isCut);
            return new string(chars, 0, count);
        }
    }
}
