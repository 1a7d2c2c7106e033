using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Kernels;

public sealed unsafe class RawWeightsTests
{
    public static TheoryData<string> Levels => TernaryKernelTests.Levels;

    [Theory]
    [MemberData(nameof(Levels))]
    public void I2_S_rows_equal_packed_ones(string level)
    {
        foreach (var (rows, columns) in new[] { (1, 128), (17, 256), (40, 2560), (33, 6912), (5, 8576) })
        {
            foreach (var fill in Enum.GetValues<TernaryFill>())
            {
                AssertEqualsPacked(level, rows, columns, fill, I2S);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void TQ2_0_rows_equal_packed_ones(string level)
    {
        foreach (var (rows, columns) in new[] { (1, 256), (17, 512), (40, 2560), (33, 6912) })
        {
            foreach (var fill in Enum.GetValues<TernaryFill>())
            {
                AssertEqualsPacked(level, rows, columns, fill, Tq20);
            }
        }
    }

    [Fact]
    public void The_vectors_equal_the_definition_on_any_bytes()
    {
        using var bytes = new NativeBuffer<byte>(66 * 27);
        using var x = new NativeBuffer<sbyte>(6912);
        using var codes = new NativeBuffer<byte>(6912);
        new Random(1).NextBytes(bytes.Span);
        for (var i = 0; i < x.Length; i++)
        {
            // Small enough for a code of 3, which a file must not have.
            x.Span[i] = (sbyte)((i * 37 % 160) - 80);
        }

        foreach (var raw in new[] { RawTernaryRows.I2S(6912, bytes.Pointer, [1]), RawTernaryRows.Tq20(6912, bytes.Pointer, [1]) })
        {
            raw.Decode(0, codes.Pointer);

            Assert.Equal(raw.DotScalar(0, x.Pointer), raw.Dot(0, x.Pointer));
            for (var column = 0; column < raw.Columns; column++)
            {
                Assert.Equal(raw.CodeAt(0, column), codes.Span[column]);
            }
        }
    }

    [Fact]
    public void Multiplying_allocates_nothing()
    {
        using var given = new TernaryCase(rows: 40, columns: 256, tokens: 20, TernaryFill.Random, oneScale: true);
        using var bytes = new NativeBuffer<byte>(given.Rows * given.Columns / 4);
        var weights = new RawWeights(I2S(given, bytes), TernaryKernel.Of(KernelLevels.Best));
        using var y = new NativeBuffer<float>(20 * given.OutputRows);
        using var scratch = new NativeBuffer<byte>(weights.ScratchBytes(20));
        weights.MultiplyMany(0, weights.TileCount, given.X, y.Pointer, given.OutputRows, scratch.Pointer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        weights.MultiplyMany(0, weights.TileCount, given.X, y.Pointer, given.OutputRows, scratch.Pointer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private delegate RawTernaryRows Encode(TernaryCase given, NativeBuffer<byte> bytes);

    private static void AssertEqualsPacked(string level, int rows, int columns, TernaryFill fill, Encode encode)
    {
        const int Tokens = 21;
        using var given = new TernaryCase(rows, columns, Tokens, fill, oneScale: true);
        using var bytes = new NativeBuffer<byte>(rows * columns / 256 * 66 + 66);
        var kernel = TernaryKernel.Of(Enum.Parse<KernelLevel>(level));
        var packed = new PackedWeights(given.Matrix, kernel);
        var raw = new RawWeights(encode(given, bytes), kernel);
        Assert.Equal((packed.Rows, packed.Columns, packed.TileCount), (raw.Rows, raw.Columns, raw.TileCount));
        using var expected = new NativeBuffer<float>(Tokens * given.OutputRows);
        using var scratch = new NativeBuffer<byte>(Math.Max(packed.ScratchBytes(Tokens), raw.ScratchBytes(Tokens)));
        packed.MultiplyMany(0, packed.TileCount, given.X, expected.Pointer, given.OutputRows, scratch.Pointer);

        foreach (var tokens in new[] { Tokens, 5 })
        {
            using var many = new NativeBuffer<float>(Tokens * given.OutputRows);
            var x = new QuantizedRows(tokens, given.X.Stride, given.X.Values, given.X.Sums, given.X.InverseScales);

            // In two parts, as two threads do it.
            raw.MultiplyMany(0, 1, x, many.Pointer, given.OutputRows, scratch.Pointer);
            raw.MultiplyMany(1, raw.TileCount, x, many.Pointer, given.OutputRows, scratch.Pointer);

            Assert.Equal(expected.Span[..(tokens * given.OutputRows)], many.Span[..(tokens * given.OutputRows)]);
        }

        using var one = new NativeBuffer<float>(given.OutputRows);
        raw.Multiply(0, raw.TileCount, given.Token(3), one.Pointer);
        Assert.Equal(expected.Span.Slice(3 * given.OutputRows, given.OutputRows), one.Span);
    }

    private static RawTernaryRows I2S(TernaryCase given, NativeBuffer<byte> bytes)
    {
        for (var row = 0; row < given.Rows; row++)
        {
            var codes = given.CodesOf(row);
            for (var i = 0; i < given.Columns / 4; i++)
            {
                var first = (i / 32 * 128) + (i % 32);
                bytes.Span[(row * given.Columns / 4) + i] =
                    (byte)((codes[first] << 6) | (codes[first + 32] << 4) | (codes[first + 64] << 2) | codes[first + 96]);
            }
        }

        return RawTernaryRows.I2S(given.Columns, bytes.Pointer, Scales(given));
    }

    private static RawTernaryRows Tq20(TernaryCase given, NativeBuffer<byte> bytes)
    {
        for (var block = 0; block < given.Rows * given.Columns / 256; block++)
        {
            var row = block * 256 / given.Columns;
            var codes = given.CodesOf(row)[(block * 256 % given.Columns)..];
            var target = bytes.Span.Slice(block * 66, 66);
            for (var i = 0; i < 64; i++)
            {
                var first = (i / 32 * 128) + (i % 32);
                target[i] = (byte)(codes[first] | (codes[first + 32] << 2) | (codes[first + 64] << 4) | (codes[first + 96] << 6));
            }

            BitConverter.TryWriteBytes(target[64..], (Half)given.ScaleOf(row));
        }

        return RawTernaryRows.Tq20(given.Columns, bytes.Pointer, Scales(given));
    }

    private static float[] Scales(TernaryCase given) => [.. Enumerable.Range(0, given.Rows).Select(given.ScaleOf)];
}
