using System.Buffers.Binary;

namespace NativeHost.BitNet.Conversion;

/// <summary>Writes codes in the layout I2_S: 128 weights in 32 bytes, and one scale behind the whole tensor.</summary>
/// <remarks>Byte j of a block holds the codes j, 32 + j, 64 + j and 96 + j, the first of them in its top two bits.</remarks>
internal static class I2SPacking
{
    public const int BlockWeights = 128;
    public const int TailBytes = 32;

    private const int BlockBytes = BlockWeights / 4;

    /// <param name="codes">Weights + 1; whole blocks.</param>
    /// <param name="packed">A quarter as long.</param>
    public static void Pack(ReadOnlySpan<byte> codes, Span<byte> packed)
    {
        for (; codes.Length > 0; codes = codes[BlockWeights..], packed = packed[BlockBytes..])
        {
            for (var j = 0; j < BlockBytes; j++)
            {
                packed[j] = (byte)((codes[j] << 6) | (codes[BlockBytes + j] << 4) | (codes[(2 * BlockBytes) + j] << 2) | codes[(3 * BlockBytes) + j]);
            }
        }
    }

    public static void WriteTail(Stream stream, float scale)
    {
        Span<byte> tail = stackalloc byte[TailBytes];
        tail.Clear();
        BinaryPrimitives.WriteSingleLittleEndian(tail, scale);
        stream.Write(tail);
    }
}
