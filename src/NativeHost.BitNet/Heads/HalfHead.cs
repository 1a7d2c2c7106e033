using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Heads;

/// <summary>The exact head: streams the embedding's halves from where they lie. Twice the byte head's memory traffic.</summary>
/// <remarks>A logit is, bit for bit, what the other heads rescore to at the same level.</remarks>
internal sealed unsafe class HalfHead : OutputHead
{
    private readonly ExactRows _exact;

    /// <param name="source">An embedding that is stored as halves.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public HalfHead(KernelLevel level, IDenseRows source)
        : base(level, source.Rows, source.Columns)
    {
        if (source.Halves == null)
        {
            throw new ArgumentException("Its rows are not stored as 16-bit floats.", nameof(source));
        }

        _exact = new ExactRows(level, source, streams: true);
        WorkspaceBytes = HeadWorkspace.Bytes(PaddedColumns, rowLength: 0);
    }

    public override int WorkspaceBytes { get; }

    public override void Prepare(float* hidden, byte* workspace)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var (largest, _) = HeadActivations.Copy(hidden, work.Hidden, Columns, PaddedColumns);
        work.ExactFactor = _exact.Scale(work.Hidden, PaddedColumns, largest);
    }

    public override void Compute(int firstTile, int endTile, byte* workspace, float* logits)
    {
        var work = new HeadWorkspace(workspace, PaddedColumns);
        var endRow = Math.Min(endTile * TileRows, Rows);
        for (var row = firstTile * TileRows; row < endRow; row++)
        {
            logits[row] = _exact.Logit(row, work.Hidden, work.ExactFactor, decoded: null);
        }
    }

    public override int RescoredRows => 0;

    /// <summary>Nothing to do: the logits are exact.</summary>
    public override void Rescore(int* rows, int count, byte* workspace, float* logits)
    {
    }
}
