using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Tests.Kernels;

public sealed unsafe class TernaryKernelTests
{
    private static readonly int[] Rows = [1, 15, 16, 17, 40];
    private static readonly int[] Columns = [1, 63, 64, 65, 256, 2560, 6912, 8640];
    private static readonly int[] Tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 64];

    public static TheoryData<string> Levels => [.. Enum.GetValues<KernelLevel>().Where(KernelLevels.IsSupported).Select(level => level.ToString())];

    [Theory]
    [MemberData(nameof(Levels))]
    public void One_token_equals_the_formula_at_every_size(string level)
    {
        foreach (var rows in Rows)
        {
            foreach (var columns in Columns)
            {
                AssertEqualsFormula(level, rows, columns, tokens: 1, TernaryFill.Random);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Any_number_of_tokens_equals_the_formula(string level)
    {
        foreach (var tokens in Tokens)
        {
            AssertEqualsFormula(level, rows: 40, columns: 320, tokens, TernaryFill.Random);
            AssertEqualsFormula(level, rows: 17, columns: 65, tokens, TernaryFill.Random);
        }

        foreach (var columns in Columns)
        {
            AssertEqualsFormula(level, rows: 40, columns, tokens: 13, TernaryFill.Random);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_largest_sums_do_not_overflow(string level)
    {
        foreach (var fill in Enum.GetValues<TernaryFill>())
        {
            AssertEqualsFormula(level, rows: 33, columns: 8640, tokens: 13, fill);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Nothing_is_written_outside_the_tiles_asked_for(string level)
    {
        var kernel = TernaryKernel.Of(Enum.Parse<KernelLevel>(level));
        using var given = new TernaryCase(rows: 100, columns: 128, tokens: 11, TernaryFill.Random);
        var expected = given.Expected();
        using var scratch = new NativeBuffer<byte>(kernel.ScratchBytes(given.Matrix.PaddedColumns, 11));
        for (var first = 0; first < given.Matrix.TileCount; first++)
        {
            for (var end = first; end <= given.Matrix.TileCount; end++)
            {
                var stride = given.OutputRows + 5;
                using var many = new NativeBuffer<float>(11 * stride);
                using var one = new NativeBuffer<float>(stride);

                kernel.MultiplyMany(given.Matrix, first, end, given.X, many.Pointer, stride, scratch.Pointer);
                kernel.Multiply(given.Matrix, first, end, given.X, one.Pointer);

                for (var i = 0; i < many.Length; i++)
                {
                    var (token, row) = (i / stride, i % stride);
                    AssertWrittenOnlyInside(first, end, row, given.Rows, expected[(token * given.Rows) + Math.Min(row, given.Rows - 1)], many.Span[i]);
                }

                for (var row = 0; row < one.Length; row++)
                {
                    AssertWrittenOnlyInside(first, end, row, given.Rows, expected[Math.Min(row, given.Rows - 1)], one.Span[row]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Multiplying_allocates_nothing(string level)
    {
        var kernel = TernaryKernel.Of(Enum.Parse<KernelLevel>(level));
        using var given = new TernaryCase(rows: 40, columns: 128, tokens: 11, TernaryFill.Random);
        using var y = new NativeBuffer<float>(11 * given.OutputRows);
        using var scratch = new NativeBuffer<byte>(kernel.ScratchBytes(given.Matrix.PaddedColumns, 11));
        Multiply();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Multiply();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Multiply()
        {
            kernel.Multiply(given.Matrix, 0, given.Matrix.TileCount, given.X, y.Pointer);
            kernel.MultiplyMany(given.Matrix, 0, given.Matrix.TileCount, given.X, y.Pointer, given.OutputRows, scratch.Pointer);
        }
    }

    [Fact]
    public void A_level_that_this_process_lacks_has_no_kernel()
    {
        var lacking = Enum.GetValues<KernelLevel>().First(level => !KernelLevels.IsSupported(level));

        Assert.Throws<NotSupportedException>(() => TernaryKernel.Of(lacking));
    }

    private static void AssertEqualsFormula(string level, int rows, int columns, int tokens, TernaryFill fill)
    {
        var kernel = TernaryKernel.Of(Enum.Parse<KernelLevel>(level));
        Assert.Equal(level, kernel.Level.ToString());
        using var given = new TernaryCase(rows, columns, tokens, fill);
        var expected = given.Expected();
        using var many = new NativeBuffer<float>(tokens * given.OutputRows);
        using var one = new NativeBuffer<float>(given.OutputRows);
        using var scratch = new NativeBuffer<byte>(kernel.ScratchBytes(given.Matrix.PaddedColumns, tokens));

        kernel.MultiplyMany(given.Matrix, 0, given.Matrix.TileCount, given.X, many.Pointer, given.OutputRows, scratch.Pointer);

        for (var token = 0; token < tokens; token++)
        {
            kernel.Multiply(given.Matrix, 0, given.Matrix.TileCount, given.Token(token), one.Pointer);
            var row = expected.AsSpan(token * rows, rows);
            Assert.Equal(row, one.Span[..rows]);
            Assert.Equal(row, many.Span.Slice(token * given.OutputRows, rows));
        }
    }

    private static void AssertWrittenOnlyInside(int firstTile, int endTile, int row, int rows, float expected, float actual)
    {
        if (row < firstTile * TernaryMatrix.TileRows || row >= endTile * TernaryMatrix.TileRows)
        {
            Assert.Equal(0xA5A5A5A5, BitConverter.SingleToUInt32Bits(actual));
        }
        else if (row < rows)
        {
            Assert.Equal(expected, actual);
        }
    }
}
