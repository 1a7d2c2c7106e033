using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Embedding;

/// <summary>Puts the weights of an embedding model together: packed only, every matrix by itself.</summary>
/// <remarks>
/// Texts are computed many tokens at once, for which a file's own rows are slow, and the models are small: packing one takes a fraction
/// of a second.
/// </remarks>
/// <param name="file">Has to outlive what is put together, as has the memory for norms.</param>
internal sealed unsafe class EmbeddingForms(TernaryModelFile file, KernelLevel level, AlignedMemory norms) : IWeightForms<EmbeddingWeights>
{
    private readonly ModelWidths _widths = ModelWidths.Of(file.Shape);
    private readonly TernaryKernel _kernel = TernaryKernel.Of(level);
    private readonly KeptNorms _norms = new(file, norms);

    public bool HasRaw => false;

    public EmbeddingWeights Raw() => throw new NotSupportedException("Embedding models are packed first.");

    public EmbeddingWeights Packed(PackedLayout layout, byte* block) => new()
    {
        Shape = file.Shape,
        Layers = [.. Enumerable.Range(0, file.Shape.LayerCount).Select(layer => LayerAt(layer, layout, (nint)block))],
        Embedding = file.Embedding,
        OutputNorm = _norms.Output(_widths.Hidden),
        RopeFactors = file.RopeFactors,
    };

    private EmbeddingLayer LayerAt(int layer, PackedLayout layout, nint block)
    {
        var attention = layout.Place(layer, FusedMatrix.Attention);
        var gateUp = layout.Place(layer, FusedMatrix.GateUp);
        var (queryRows, keyRows) = (file.Shape.HeadCount * file.Shape.HeadLength, file.Shape.KvHeadCount * file.Shape.HeadLength);
        return new EmbeddingLayer
        {
            AttentionNorm = Norm(NormRole.Attention, _widths.Hidden),
            Query = new(Part(attention, 0, queryRows), Norm(NormRole.QueryIn, _widths.Hidden)),
            Key = new(Part(attention, _widths.KeyOffset, keyRows), Norm(NormRole.KeyIn, _widths.Hidden)),
            Value = new(Part(attention, _widths.ValueOffset, keyRows), Norm(NormRole.ValueIn, _widths.Hidden)),
            QueryHeadNorm = Norm(NormRole.QueryHead, _widths.Head),
            KeyHeadNorm = Norm(NormRole.KeyHead, _widths.Head),
            Output = new(Whole(FusedMatrix.Output), NormOfEither(NormRole.OutputIn, NormRole.AttentionSub, _widths.AttentionOutput)),
            PostAttentionNorm = Norm(NormRole.PostAttention, _widths.Hidden),
            FeedForwardNorm = Norm(NormRole.FeedForward, _widths.Hidden),
            Gate = new(Part(gateUp, 0, file.Shape.FeedForwardWidth), Norm(NormRole.GateIn, _widths.Hidden)),
            Up = new(Part(gateUp, _widths.GateUpRows / 2, file.Shape.FeedForwardWidth), Norm(NormRole.UpIn, _widths.Hidden)),
            Down = new(Whole(FusedMatrix.Down), NormOfEither(NormRole.DownIn, NormRole.FeedForwardSub, _widths.FeedForward)),
            PostFeedForwardNorm = Norm(NormRole.PostFeedForward, _widths.Hidden),
        };

        nint Norm(NormRole role, int stride) => _norms.Of(layer, role, stride);

        // The BitNet architectures name the norm in the same place another way.
        nint NormOfEither(NormRole role, NormRole other, int stride) => Norm(role, stride) is not 0 and var norm ? norm : Norm(other, stride);

        PackedWeights Whole(FusedMatrix matrix) => Part(layout.Place(layer, matrix), 0, layout.Place(layer, matrix).Rows);

        PackedWeights Part(PackedPlace place, int firstRow, int rows) => PartAt(place, block, firstRow, rows);
    }

    /// <summary>Some rows of a packed matrix, from the first row of a tile on.</summary>
    private PackedWeights PartAt(PackedPlace place, nint block, int firstRow, int rows)
    {
        var tiles = (byte*)block + place.Tiles + TernaryMatrix.BytesOf(firstRow, place.Columns);
        var scales = (float*)((byte*)block + place.Scales) + firstRow;
        return new PackedWeights(new TernaryMatrix(rows, place.Columns, tiles, scales), _kernel);
    }
}
