using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>Puts the weights of a model that makes text together.</summary>
/// <param name="file">Has to outlive what is put together, as has the memory for norms.</param>
internal sealed unsafe class WeightForms(TernaryModelFile file, BitNetOptions options, AlignedMemory norms) : IWeightForms<ModelWeights>
{
    private readonly ModelWidths _widths = ModelWidths.Of(file.Shape);
    private readonly TernaryKernel _kernel = TernaryKernel.Of(options.Level);
    private readonly KeptNorms _norms = new(file, norms);

    /// <summary>Whether the file's own rows can be computed with, at a speed that is of use.</summary>
    public bool HasRaw =>
        RawTernaryRows.HasKernel
        && file.Embedding.Halves is not null
        && (file.OutputRows ?? file.Embedding).Halves is not null
        && FusedMatrices.All.SelectMany(FusedMatrices.Parts).All(role =>
            Enumerable.Range(0, file.Shape.LayerCount).All(layer => file.Matrix(layer, role) is IRawTernaryRows));

    /// <summary>The rows as they lie in the file, and the head from its own 16-bit floats.</summary>
    public ModelWeights Raw() => Together(RawAt, new HalfHead(options.Level, file.OutputRows ?? file.Embedding));

    public ModelWeights Packed(PackedLayout layout, byte* block)
        => Together((layer, matrix) => PackedAt(layout.Place(layer, matrix), block), PackedHead(layout, block));

    private ModelWeights Together(Func<int, FusedMatrix, TernaryWeights> weightsAt, OutputHead head)
    {
        var layers = new LayerWeights[file.Shape.LayerCount];
        for (var layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = new LayerWeights
            {
                Attention = weightsAt(layer, FusedMatrix.Attention),
                Output = weightsAt(layer, FusedMatrix.Output),
                GateUp = weightsAt(layer, FusedMatrix.GateUp),
                Down = weightsAt(layer, FusedMatrix.Down),
                AttentionNorm = _norms.Of(layer, NormRole.Attention, _widths.Hidden),
                AttentionSubNorm = _norms.Of(layer, NormRole.AttentionSub, _widths.AttentionOutput),
                FeedForwardNorm = _norms.Of(layer, NormRole.FeedForward, _widths.Hidden),
                FeedForwardSubNorm = _norms.Of(layer, NormRole.FeedForwardSub, _widths.FeedForward),
            };
        }

        return new ModelWeights
        {
            Shape = file.Shape,
            Layers = layers,
            Embedding = file.Embedding,
            OutputNorm = _norms.Output(_widths.Hidden),
            Head = head,
            RopeFactors = file.RopeFactors,
        };
    }

    private TernaryWeights RawAt(int layer, FusedMatrix matrix)
    {
        var parts = FusedMatrices.Parts(matrix).Select(role => RawPart((IRawTernaryRows)file.Matrix(layer, role))).ToArray();
        return parts.Length == 1 ? parts[0] : new StackedWeights(parts, matrix == FusedMatrix.GateUp);
    }

    private RawWeights RawPart(IRawTernaryRows rows)
    {
        float[] scales = [.. Enumerable.Range(0, rows.Rows).Select(rows.RowScale)];
        return new RawWeights(
            rows.RawKind == RawKind.I2S
                ? RawTernaryRows.I2S(rows.Columns, rows.Raw, scales)
                : RawTernaryRows.Tq20(rows.Columns, rows.Raw, scales),
            _kernel);
    }

    private PackedWeights PackedAt(PackedPlace place, byte* block)
        => new PackedWeights(new TernaryMatrix(place.Rows, place.Columns, block + place.Tiles, (float*)(block + place.Scales)), _kernel);

    private OutputHead PackedHead(PackedLayout layout, byte* block)
    {
        var source = file.OutputRows ?? file.Embedding;
        return (layout.HeadForm, layout.Head) switch
        {
            (HeadForm.Byte, { } place) => new ByteHead(options.Level, source, block + place.Tiles, (float*)(block + place.Scales)),
            (HeadForm.Nibble, { } place) => new NibbleHead(options.Level, source, block + place.Tiles, (float*)(block + place.Scales)),
            _ => new HalfHead(options.Level, source),
        };
    }
}
