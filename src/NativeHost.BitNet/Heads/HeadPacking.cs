using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>Builds the packed forms of <see cref="ByteHead"/> and <see cref="NibbleHead"/>, some tiles at a time: threads may share the work.</summary>
/// <remarks>
/// For a row with the values w: <c>m = max |w|</c>, the row's scale is m / 127 or m / 7, and each number
/// <c>round-half-even(w * (127 or 7) / m)</c>. The same on every processor. Values that are not finite give some numbers or other.
/// </remarks>
internal static unsafe class HeadPacking
{
    private const float LargestByte = 127;
    private const float LargestNibble = 7;

    // Below it, 1 / m is no longer a number; such a row counts as zeros.
    private const float Smallest = 1e-30f;

    /// <param name="endTile">The tile behind the last.</param>
    /// <param name="tiles">[ByteHead.BytesOf], of the whole matrix; only the tiles asked for are written.</param>
    /// <param name="rowScales">[RowScaleCountOf], likewise.</param>
    public static void PackBytes(IDenseRows source, int firstTile, int endTile, byte* tiles, float* rowScales)
    {
        var tileBytes = ByteHead.TileBytesOf(source.Columns);
        using var rows = new RowQuantizer(source);
        for (var tile = firstTile; tile < endTile; tile++)
        {
            var blocks = (short*)(tiles + (tile * tileBytes));
            for (var row = 0; row < OutputHead.TileRows; row++)
            {
                rowScales[(tile * OutputHead.TileRows) + row] = rows.Quantize((tile * OutputHead.TileRows) + row, LargestByte);
                var pairs = (short*)rows.Numbers;
                for (var block = 0; block < rows.Length / ByteHead.BlockColumns; block++)
                {
                    blocks[(block * OutputHead.TileRows) + row] = pairs[block];
                }
            }
        }
    }

    /// <param name="endTile">The tile behind the last.</param>
    /// <param name="tiles">[NibbleHead.BytesOf], of the whole matrix; only the tiles asked for are written.</param>
    /// <param name="rowScales">[RowScaleCountOf], likewise.</param>
    public static void PackNibbles(IDenseRows source, int firstTile, int endTile, byte* tiles, float* rowScales)
    {
        const int Zeros = NibbleHead.ZeroCode * 0x01010101;
        var tileBytes = NibbleHead.TileBytesOf(source.Columns);
        using var rows = new RowQuantizer(source);
        for (var tile = firstTile; tile < endTile; tile++)
        {
            var blocks = (int*)(tiles + (tile * tileBytes));
            for (var row = 0; row < OutputHead.TileRows; row++)
            {
                rowScales[(tile * OutputHead.TileRows) + row] = rows.Quantize((tile * OutputHead.TileRows) + row, LargestNibble);
                var fours = (int*)rows.Numbers;
                for (var block = 0; block < rows.Length / NibbleHead.BlockColumns; block++)
                {
                    blocks[(block * OutputHead.TileRows) + row] = Codes(fours[2 * block]) | (Codes(fours[(2 * block) + 1]) << 4);
                }
            }
        }

        // Four numbers -7 to 7, each in a byte, to codes 1 to 15: 8 is added in four bits, without a carry into the next byte.
        static int Codes(int four) => ((four & 0x0F0F0F0F) ^ Zeros) & 0x0F0F0F0F;
    }

    /// <summary>Decodes rows and quantizes them, one at a time.</summary>
    private sealed class RowQuantizer(IDenseRows source) : IDisposable
    {
        private readonly float* _values = (float*)NativeMemory.AlignedAlloc(
            (nuint)OutputHead.PaddedColumnsOf(source.Columns) * (sizeof(float) + sizeof(sbyte)), 64);

        /// <summary>Padded columns.</summary>
        public int Length { get; } = OutputHead.PaddedColumnsOf(source.Columns);

        /// <summary>[Length]</summary>
        public sbyte* Numbers => (sbyte*)(_values + Length);

        /// <summary>Reads a row into <see cref="Numbers"/>; a row behind the last is zeros.</summary>
        /// <param name="largestNumber">What the row's largest value becomes.</param>
        /// <returns>The row's scale.</returns>
        public float Quantize(int row, float largestNumber)
        {
            var largest = row < source.Rows ? Read(row) : 0;
            if (!(largest >= Smallest))
            {
                new Span<sbyte>(Numbers, Length).Clear();
                return 0;
            }

            var scale = Vector256.Create(largestNumber / largest);
            for (var k = 0; k < Length; k += 32)
            {
                var low = Vector256.Narrow(Round(k, scale), Round(k + 8, scale));
                var high = Vector256.Narrow(Round(k + 16, scale), Round(k + 24, scale));
                Vector256.Narrow(low, high).Store(Numbers + k);
            }

            return largest / largestNumber;
        }

        public void Dispose() => NativeMemory.AlignedFree(_values);

        // Returns the largest absolute value.
        private float Read(int row)
        {
            if (source.Halves != null)
            {
                HalfBits.Decode(source.Halves + ((long)row * source.Columns), _values, source.Columns);
            }
            else
            {
                source.Read(row, new Span<float>(_values, source.Columns));
            }

            new Span<float>(_values + source.Columns, Length - source.Columns).Clear();
            var largest = Vector256<float>.Zero;
            for (var k = 0; k < Length; k += 8)
            {
                largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(_values + k)));
            }

            var most = 0f;
            for (var lane = 0; lane < 8; lane++)
            {
                most = MathF.Max(most, largest[lane]);
            }

            return most;
        }

        private Vector256<int> Round(int k, Vector256<float> scale) =>
            Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(_values + k) * scale));
    }
}
