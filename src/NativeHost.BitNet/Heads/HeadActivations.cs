using System.Runtime.Intrinsics;

namespace NativeHost.BitNet.Heads;

/// <summary>The hidden state as integers. The same on every processor: the lanes of a sum are fixed at eight.</summary>
internal static unsafe class HeadActivations
{
    // Below it, 1 / value is no longer a number; a hidden state so small counts as zero.
    private const float Smallest = 1e-30f;

    private const float LargestShort = 32_000;
    private const float LargestByte = 127;

    // A row's sum of products of weights, 127 at most, is at most 127 * Σ |activation|. It fits 32 bits where Σ |activation| is at most
    // (2^31 - 1) / 127 = 16,909,320. Rounding adds half a column each, at most 32,768, and the float sum of the hidden state is off by
    // less than 1 / 2,000, 8,400: so this bound keeps every partial sum of every row exact, without a check in the kernels.
    private const float LargestSum = 16_800_000;

    /// <summary>Copies the hidden state, filled up with zeros.</summary>
    /// <param name="hidden">[columns]</param>
    /// <param name="copy">[paddedColumns]</param>
    /// <returns>The largest of the absolute values, and their sum.</returns>
    public static (float Largest, float Sum) Copy(float* hidden, float* copy, int columns, int paddedColumns)
    {
        new ReadOnlySpan<float>(hidden, columns).CopyTo(new Span<float>(copy, columns));
        new Span<float>(copy + columns, paddedColumns - columns).Clear();
        Vector256<float> largest = default, sum = default;
        for (var k = 0; k < paddedColumns; k += 8)
        {
            var value = Vector256.Abs(Vector256.Load(copy + k));
            largest = Vector256.Max(largest, value);
            sum += value;
        }

        var most = 0f;
        var total = 0f;
        for (var lane = 0; lane < 8; lane++)
        {
            most = MathF.Max(most, largest[lane]);
            total += sum[lane];
        }

        return (most, total);
    }

    /// <summary>16 bits, for the byte head: q = round(h * s), with s as large as 16 bits and <see cref="LargestSum"/> allow.</summary>
    /// <param name="hidden">[paddedColumns]</param>
    /// <param name="activations">[paddedColumns]</param>
    /// <returns>1 / s.</returns>
    public static float ToShorts(float* hidden, short* activations, int paddedColumns, float largest, float sum)
    {
        var scale = LargestShort / MathF.Max(Smallest, MathF.Max(largest, sum * (LargestShort / LargestSum)));
        var scales = Vector256.Create(scale);
        for (var k = 0; k < paddedColumns; k += 16)
        {
            var low = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k) * scales));
            var high = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k + 8) * scales));
            Vector256.Narrow(low, high).Store(activations + k);
        }

        return 1 / scale;
    }

    /// <summary>8 bits, for the nibble head: q = round(h * 127 / max |h|).</summary>
    /// <param name="hidden">[paddedColumns]</param>
    /// <param name="activations">[paddedColumns]</param>
    /// <param name="sum">Σ q.</param>
    /// <returns>The inverse of q's scale.</returns>
    public static float ToBytes(float* hidden, sbyte* activations, int paddedColumns, float largest, out int sum)
    {
        var scale = LargestByte / MathF.Max(Smallest, largest);
        var scales = Vector256.Create(scale);
        var sums = Vector256<int>.Zero;
        for (var k = 0; k < paddedColumns; k += 32)
        {
            var a = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k) * scales));
            var b = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k + 8) * scales));
            var c = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k + 16) * scales));
            var d = Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(hidden + k + 24) * scales));
            Vector256.Narrow(Vector256.Narrow(a, b), Vector256.Narrow(c, d)).Store(activations + k);
            sums += a + b + (c + d);
        }

        sum = Vector256.Sum(sums);
        return 1 / scale;
    }
}
