using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Reading;

/// <summary>Encodes ternary weights as each type of tensor stores them: the formats' definitions, the other way round.</summary>
internal static class SampleWeights
{
    /// <summary>A power of two, so that each type of number holds it exactly.</summary>
    public const float Scale = 0.03125f;

    public static byte[] Ternary(Random random, uint type, int columns, int rows)
    {
        var codes = new byte[columns * rows];
        foreach (ref var code in codes.AsSpan())
        {
            code = (byte)random.Next(3);
        }

        return Encode(type, codes, Scale);
    }

    public static byte[] Encode(uint type, ReadOnlySpan<byte> codes, float scale)
    {
        var bytes = new List<byte>();
        foreach (var block in codes.ToArray().Chunk(type == GgufTensorType.I2S ? 128 : 256))
        {
            bytes.AddRange(type switch
            {
                GgufTensorType.I2S => Pairs(block, 6, -2),
                GgufTensorType.TQ2 => [.. Pairs(block[..128], 0, 2), .. Pairs(block[128..], 0, 2), .. BitConverter.GetBytes((Half)scale)],
                GgufTensorType.TQ1 => [.. Digits(block[..160], 32), .. Digits(block[160..240], 16), .. Digits(block[240..], 4), .. BitConverter.GetBytes((Half)scale)],
                GgufTensorType.F16 => block.SelectMany(code => BitConverter.GetBytes((Half)((code - 1) * scale))),
                GgufTensorType.BF16 => block.SelectMany(code => BitConverter.GetBytes((code - 1) * scale)[2..]),
                GgufTensorType.F32 => block.SelectMany(code => BitConverter.GetBytes((code - 1) * scale)),
                _ => throw new ArgumentOutOfRangeException(nameof(type)),
            });
        }

        return type == GgufTensorType.I2S ? [.. bytes, .. BitConverter.GetBytes(scale), .. new byte[28]] : [.. bytes];
    }

    private static IEnumerable<byte> Pairs(byte[] codes, int firstShift, int step) => Enumerable.Range(0, 32).Select(m =>
        (byte)((codes[m] << firstShift)
            | (codes[32 + m] << (firstShift + step))
            | (codes[64 + m] << (firstShift + (2 * step)))
            | (codes[96 + m] << (firstShift + (3 * step)))));

    private static IEnumerable<byte> Digits(byte[] codes, int stride) => Enumerable.Range(0, stride).Select(m =>
    {
        var number = 0;
        for (var digit = 0; digit < 5; digit++)
        {
            var place = m + (digit * stride);
            number = (number * 3) + (place < codes.Length ? codes[place] : 0);
        }

        return (byte)(((number * 256) + 242) / 243);
    });
}
