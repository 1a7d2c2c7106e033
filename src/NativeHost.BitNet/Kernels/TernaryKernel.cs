using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet.Kernels;

/// <summary>Multiplies packed ternary matrices with activations, at one <see cref="KernelLevel"/>. Stateless: any thread may use it.</summary>
internal abstract unsafe class TernaryKernel
{
    /// <summary>
    /// How far ahead of a tile's bytes to ask for the next ones. The processor's own prefetch ends with a page; with this, one token
    /// runs at 0.9 of the speed of only reading instead of 0.77 (Zen 5). The address may lie behind the last tile: asking is harmless.
    /// </summary>
    protected const int PrefetchBytes = 8192;

    public abstract KernelLevel Level { get; }

    /// <summary>One token: writes the outputs of the rows of some tiles.</summary>
    /// <param name="endTile">The tile behind the last.</param>
    /// <param name="x">One token.</param>
    /// <param name="y">One value for each row of the whole matrix, whole tiles; only those of the tiles asked for are written.</param>
    public abstract void Multiply(TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y);

    /// <summary>Some tokens at once; each gets exactly what <see cref="Multiply"/> would give it.</summary>
    /// <param name="x">Any number of tokens.</param>
    /// <param name="y">Values of the first token, as above.</param>
    /// <param name="yStride">Values from one token's outputs to the next's.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>, 64-byte aligned, of the calling thread.</param>
    public abstract void MultiplyMany(
        TernaryMatrix matrix, int firstTile, int endTile, in QuantizedRows x, float* y, int yStride, byte* scratch);

    /// <summary>Scratch memory that <see cref="MultiplyMany"/> needs for a thread.</summary>
    public abstract long ScratchBytes(int paddedColumns, int tokens);

    /// <summary>The kernel of a level that <see cref="KernelLevels.IsSupported"/>.</summary>
    public static TernaryKernel Of(KernelLevel level)
    {
        if (!KernelLevels.IsSupported(level))
        {
            throw new NotSupportedException($"This process cannot compute at the level {level}.");
        }

        return level switch
        {
            KernelLevel.Avx512 => new Avx512TernaryKernel(),
            KernelLevel.AvxVnni => new AvxVnniTernaryKernel(),
            KernelLevel.Avx2 => new Avx2TernaryKernel(),
            KernelLevel.ArmDot => new ArmDotTernaryKernel(),
            _ => new ScalarTernaryKernel(),
        };
    }

    protected static byte* TileOf(TernaryMatrix matrix, int tile) => matrix.Tiles + ((long)tile * matrix.TileBytes);

    protected static int BlocksOf(TernaryMatrix matrix) => matrix.PaddedColumns / TernaryMatrix.BlockColumns;

    protected static sbyte* ValuesOf(in QuantizedRows x, int token) => x.Values + ((long)token * x.Stride);
}
