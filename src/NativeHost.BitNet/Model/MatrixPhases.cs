using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>The phases of matrices: each multiplies one with the rows of all tokens, and does what only its outputs take part in.</summary>
/// <remarks>Every thread of a step goes through them and shares a matrix's tiles in chunks. All memory belongs to someone else.</remarks>
/// <param name="gateActivation">The model's.</param>
/// <param name="shared">Has the residual stream, and gets what the phases make.</param>
/// <param name="threads">Threads that go through the phases.</param>
internal sealed unsafe class MatrixPhases(
    GateActivation gateActivation, ModelWidths widths, RowMath rows, SharedBuffers shared, int threads)
{
    /// <summary>Parts of a matrix for each thread: a thread that loses its core for a while then leaves most of its share to others.</summary>
    private const int ChunksPerThread = 4;

    /// <summary><c>y = matrix · x</c>.</summary>
    /// <param name="y">[tokens, yStride].</param>
    public void Multiply(TernaryWeights matrix, in QuantizedRows x, float* y, int yStride, ThreadBuffers own, ref TeamRun run)
    {
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, y, yStride, own);
        }

        phase.Wait();
    }

    /// <summary>Adds <c>matrix · x</c> to the residual stream.</summary>
    public void MultiplyAndAdd(TernaryWeights matrix, in QuantizedRows x, ThreadBuffers own, ref TeamRun run)
    {
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, shared.Added, widths.Hidden, own);
            var (row, count) = (first * TernaryMatrix.TileRows, (end - first) * TernaryMatrix.TileRows);
            for (var token = 0; token < x.Count; token++)
            {
                var offset = ((long)token * widths.Hidden) + row;
                rows.Add(shared.Hidden + offset, shared.Added + offset, count);
            }
        }

        phase.Wait();
    }

    /// <summary>The feed-forward part up to its last matrix: <c>activation(gate · x) * (up · x)</c>.</summary>
    /// <param name="matrix">Tiles of the gate and of the up matrix in turn.</param>
    public void MultiplyAndGate(TernaryWeights matrix, in QuantizedRows x, ThreadBuffers own, ref TeamRun run)
    {
        const int Rows = TernaryMatrix.TileRows;
        var phase = run.Open(ChunksOf(matrix));
        while (phase.TryTake(out var chunk))
        {
            var (first, end) = TilesOf(matrix, chunk);
            MultiplyTiles(matrix, first, end, x, shared.Projected, widths.GateUpRows, own);
            for (var token = 0; token < x.Count; token++)
            {
                var projected = shared.Projected + ((long)token * widths.GateUpRows);
                var gated = shared.FeedForward + ((long)token * widths.FeedForward);
                for (var tile = first; tile < end; tile += 2)
                {
                    var gate = projected + (tile * Rows);
                    rows.Gate(gateActivation, gate, gate + Rows, gated + (tile / 2 * Rows), Rows);
                }
            }
        }

        phase.Wait();
    }

    private static void MultiplyTiles(
        TernaryWeights matrix, int first, int end, in QuantizedRows x, float* y, int yStride, ThreadBuffers own)
    {
        if (x.Count == 1)
        {
            matrix.Multiply(first, end, x, y);
        }
        else
        {
            matrix.MultiplyMany(first, end, x, y, yStride, own.KernelScratch);
        }
    }

    private int ChunksOf(TernaryWeights matrix) =>
        Math.Min(threads == 1 ? 1 : threads * ChunksPerThread, (matrix.TileCount + 1) / 2);

    /// <summary>The tiles of a chunk: pairs, so that a gate's and its up's tile stay together.</summary>
    private (int First, int End) TilesOf(TernaryWeights matrix, int chunk)
    {
        var pairs = (matrix.TileCount + 1) / 2;
        var chunks = ChunksOf(matrix);
        return (2 * (int)((long)pairs * chunk / chunks), Math.Min(matrix.TileCount, 2 * (int)((long)pairs * (chunk + 1) / chunks)));
    }
}
