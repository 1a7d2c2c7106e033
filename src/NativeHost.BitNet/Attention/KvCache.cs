using System.Runtime.InteropServices;

namespace NativeHost.BitNet.Attention;

/// <summary>Keys and values of all positions of some sequences.</summary>
/// <remarks>
/// One block of zeroed memory a sequence, (layer, key or value, kv head, position) rows of one format; the system gives the pages when
/// they are first written, so a context that is not used costs nothing. Owned by its model, written by its threads.
/// </remarks>
internal sealed unsafe class KvCache : IDisposable
{
    private const int Alignment = 64;

    private readonly int _layers;
    private readonly int _kvHeads;
    private readonly byte*[] _sequences;

    /// <param name="headStride">Numbers of a head's row, a multiple of 16.</param>
    /// <exception cref="OutOfMemoryException">There is no address space for it.</exception>
    public KvCache(CacheFormat format, int sequenceCount, int layers, int kvHeads, int headStride, int contextTokens)
    {
        (Format, _layers, _kvHeads, HeadStride, ContextTokens) = (format, layers, kvHeads, headStride, contextTokens);
        RowBytes = RowBytesOf(format, headStride);
        _sequences = new byte*[sequenceCount];
        try
        {
            for (var sequence = 0; sequence < sequenceCount; sequence++)
            {
                _sequences[sequence] = (byte*)NativeMemory.AllocZeroed((nuint)(SequenceBytes + Alignment));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CacheFormat Format { get; }

    public int HeadStride { get; }

    public int ContextTokens { get; }

    public int RowBytes { get; }

    public int SequenceCount => _sequences.Length;

    private long SequenceBytes => Bytes(ContextTokens);

    /// <summary>Bytes of one token in all layers.</summary>
    public static long BytesPerToken(CacheFormat format, int layers, int kvHeads, int headStride)
        => (long)layers * 2 * kvHeads * RowBytesOf(format, headStride);

    /// <summary>Bytes of so many positions of a sequence.</summary>
    public long Bytes(int positions) => (long)_layers * 2 * _kvHeads * positions * RowBytes;

    /// <summary>The keys of one head, row after row.</summary>
    public byte* Keys(int sequence, int layer, int kvHead) => Rows(sequence, layer, kvHead, 0);

    /// <summary>The values of one head, row after row.</summary>
    public byte* Values(int sequence, int layer, int kvHead) => Rows(sequence, layer, kvHead, 1);

    /// <summary>Copies the first positions of one sequence to another.</summary>
    public void Copy(int source, int target, int positions)
    {
        var bytes = (long)positions * RowBytes;
        for (var layer = 0; layer < _layers; layer++)
        {
            for (var head = 0; head < _kvHeads; head++)
            {
                Buffer.MemoryCopy(Keys(source, layer, head), Keys(target, layer, head), bytes, bytes);
                Buffer.MemoryCopy(Values(source, layer, head), Values(target, layer, head), bytes, bytes);
            }
        }
    }

    /// <summary>Writes the first positions of a sequence, (layer, kv head, key or value, position) rows.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(int sequence, int positions, Stream target)
        => ForEachStrip(sequence, positions, target, static (rows, target) => target.Write(rows));

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <exception cref="IOException">It cannot be read, or is too short.</exception>
    public void Read(int sequence, int positions, Stream source)
        => ForEachStrip(sequence, positions, source, static (rows, source) => source.ReadExactly(rows));

    private delegate void StripAction(Span<byte> rows, Stream stream);

    private void ForEachStrip(int sequence, int positions, Stream stream, StripAction action)
    {
        for (var layer = 0; layer < _layers; layer++)
        {
            for (var head = 0; head < _kvHeads; head++)
            {
                action(new Span<byte>(Keys(sequence, layer, head), positions * RowBytes), stream);
                action(new Span<byte>(Values(sequence, layer, head), positions * RowBytes), stream);
            }
        }
    }

    public void Dispose()
    {
        for (var sequence = 0; sequence < _sequences.Length; sequence++)
        {
            NativeMemory.Free(_sequences[sequence]);
            _sequences[sequence] = null;
        }
    }

    private static int RowBytesOf(CacheFormat format, int headStride) => format switch
    {
        CacheFormat.Half => HalfFormat.RowBytes(headStride),
        CacheFormat.Byte => ByteFormat.RowBytes(headStride),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format."),
    };

    private byte* Rows(int sequence, int layer, int kvHead, int kind)
    {
        var start = (byte*)(((nint)_sequences[sequence] + Alignment - 1) & -Alignment);
        return start + (((((long)layer * 2) + kind) * _kvHeads + kvHead) * ContextTokens * RowBytes);
    }
}
