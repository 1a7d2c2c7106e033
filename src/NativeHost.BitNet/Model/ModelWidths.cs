using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>Lengths of rows in memory: those of the model, filled up for the kernels.</summary>
/// <param name="Hidden">A row of the hidden state.</param>
/// <param name="Head">A row of one head, a multiple of 16.</param>
/// <param name="AttentionOutput">All heads' outputs, one after the other.</param>
/// <param name="FeedForward">A row between the feed-forward part's matrices.</param>
/// <param name="KeyOffset">Where the keys begin in the outputs of the attention matrix.</param>
/// <param name="ValueOffset">Where the values begin there.</param>
/// <param name="AttentionRows">Outputs of the attention matrix.</param>
/// <param name="GateUpRows">Outputs of the gate and up matrix.</param>
internal sealed record ModelWidths(
    int Hidden, int Head, int AttentionOutput, int FeedForward, int KeyOffset, int ValueOffset, int AttentionRows, int GateUpRows)
{
    private const int HeadGranularity = 16;

    /// <summary>The widest row that is quantized.</summary>
    public int Widest => Math.Max(Hidden, Math.Max(AttentionOutput, FeedForward));

    public static ModelWidths Of(TernaryShape shape)
    {
        var queryRows = TernaryMatrix.PaddedRowsOf(shape.HeadCount * shape.HeadLength);
        var keyRows = TernaryMatrix.PaddedRowsOf(shape.KvHeadCount * shape.HeadLength);
        return new ModelWidths(
            TernaryMatrix.PaddedColumnsOf(shape.Width),
            (shape.HeadLength + HeadGranularity - 1) / HeadGranularity * HeadGranularity,
            TernaryMatrix.PaddedColumnsOf(shape.HeadCount * shape.HeadLength),
            TernaryMatrix.PaddedColumnsOf(shape.FeedForwardWidth),
            queryRows,
            queryRows + keyRows,
            queryRows + (2 * keyRows),
            2 * TernaryMatrix.PaddedRowsOf(shape.FeedForwardWidth));
    }
}
