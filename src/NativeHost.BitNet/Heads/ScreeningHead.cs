using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>A head with a smaller copy of the embedding: all logits come from the copy, then the largest from the embedding itself.</summary>
/// <remarks>
/// The copy's rows are integers with a scale for each row, in tiles of 16 rows that follow each other without a gap. Rows are filled up
/// to whole tiles, columns to a multiple of <see cref="OutputHead.ColumnGranularity"/>, both with the weight 0.
/// </remarks>
/// <param name="source">The embedding.</param>
/// <param name="tiles">The copy, 64-byte aligned.</param>
/// <param name="rowScales">[RowScaleCountOf(rows)]</param>
internal abstract unsafe class ScreeningHead(KernelLevel level, IDenseRows source, byte* tiles, float* rowScales)
    : OutputHead(level, source.Rows, source.Columns)
{
    /// <summary>Of each token: more than are ever sampled from, and so few that they cost a hundredth of the others.</summary>
    public const int MostRescored = 64;

    public override int RescoredRows => MostRescored;

    public override int WorkspaceBytes => HeadWorkspace.Bytes(PaddedColumns, Exact.RowLength);

    protected ExactRows Exact { get; } = new(level, source, streams: false);

    protected byte* Tiles { get; } = tiles;

    protected float* RowScales { get; } = rowScales;

    public override void Rescore(int* rows, int count, byte* workspace, float* logits)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        for (var k = 0; k < count; k++)
        {
            logits[rows[k]] = Exact.Logit(rows[k], work.Hidden, work.ExactFactor, work.Row);
        }
    }
}
