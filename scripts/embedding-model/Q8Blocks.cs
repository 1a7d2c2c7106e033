using System.Buffers.Binary;

/// <summary>llama.cpp's Q8_0: blocks of 32 numbers, as one 16-bit scale and 32 signed bytes.</summary>
internal static class Q8Blocks
{
    private const int BlockNumbers = 32;
    private const int ScaleBytes = 2;

    /// <param name="numbers">Fill whole blocks.</param>
    public static void Write(Stream stream, ReadOnlySpan<float> numbers)
    {
        var bytes = new byte[ScaleBytes + BlockNumbers];
        for (; !numbers.IsEmpty; numbers = numbers[BlockNumbers..])
        {
            Encode(numbers[..BlockNumbers], bytes);
            stream.Write(bytes);
        }
    }

    private static void Encode(ReadOnlySpan<float> block, Span<byte> bytes)
    {
        var largest = 0f;
        foreach (var number in block)
        {
            largest = Math.Max(largest, Math.Abs(number));
        }

        var scale = largest / sbyte.MaxValue;
        BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)scale);
        for (var i = 0; i < block.Length; i++)
        {
            var rounded = scale == 0 ? 0 : MathF.Round(block[i] / scale, MidpointRounding.AwayFromZero);
            bytes[ScaleBytes + i] = (byte)(sbyte)rounded;
        }
    }
}
