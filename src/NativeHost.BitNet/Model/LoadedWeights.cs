using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>A model's weights, and the memory that they are in.</summary>
internal sealed unsafe class LoadedWeights : IDisposable
{
    private readonly TernaryModelFile _file;
    private readonly WeightMemory _packed;
    private readonly AlignedMemory _norms;

    private LoadedWeights(TernaryModelFile file, WeightMemory packed, AlignedMemory norms, ModelWeights model)
        => (_file, _packed, _norms, Model) = (file, packed, norms, model);

    public ModelWeights Model { get; }

    /// <summary>Packs the weights of a file.</summary>
    /// <param name="file">Owned from here on, also where this throws.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A matrix is not ternary after all.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public static LoadedWeights Pack(
        TernaryModelFile file, BitNetOptions options, int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        WeightMemory? packed = null;
        AlignedMemory? norms = null;
        try
        {
            var layout = PackedLayout.Of(file.Shape, options.Head);
            packed = new WeightMemory(layout.Bytes);
            WeightPacking.Pack(file, layout, packed.Start, threads, progress, cancellationToken);
            norms = new AlignedMemory();
            var loaded = new LoadedWeights(file, packed, norms, Connect(file, layout, packed.Start, norms, options));
            (packed, norms) = (null, null);
            return loaded;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            packed?.Dispose();
            norms?.Dispose();
        }
    }

    public void Dispose()
    {
        _norms.Dispose();
        _packed.Dispose();
        _file.Dispose();
    }

    private static ModelWeights Connect(TernaryModelFile file, PackedLayout layout, byte* block, AlignedMemory norms, BitNetOptions options)
    {
        var widths = ModelWidths.Of(file.Shape);
        var layers = new LayerWeights[file.Shape.LayerCount];
        for (var layer = 0; layer < layers.Length; layer++)
        {
            layers[layer] = new LayerWeights
            {
                Attention = MatrixAt(layout.Place(layer, FusedMatrix.Attention), block),
                Output = MatrixAt(layout.Place(layer, FusedMatrix.Output), block),
                GateUp = MatrixAt(layout.Place(layer, FusedMatrix.GateUp), block),
                Down = MatrixAt(layout.Place(layer, FusedMatrix.Down), block),
                AttentionNorm = Keep(file.Norm(layer, NormRole.Attention), widths.Hidden, norms),
                AttentionSubNorm = Keep(file.OptionalNorm(layer, NormRole.AttentionSub), widths.AttentionOutput, norms),
                FeedForwardNorm = Keep(file.Norm(layer, NormRole.FeedForward), widths.Hidden, norms),
                FeedForwardSubNorm = Keep(file.OptionalNorm(layer, NormRole.FeedForwardSub), widths.FeedForward, norms),
            };
        }

        return new ModelWeights
        {
            Shape = file.Shape,
            Layers = layers,
            Embedding = file.Embedding,
            OutputNorm = Keep(file.OutputNorm, widths.Hidden, norms),
            Head = HeadOf(file, layout, block, options),
            RopeFactors = file.RopeFactors,
        };
    }

    private static OutputHead HeadOf(TernaryModelFile file, PackedLayout layout, byte* block, BitNetOptions options)
    {
        var source = file.OutputRows ?? file.Embedding;
        return (layout.HeadForm, layout.Head) switch
        {
            (HeadForm.Byte, { } place) => new ByteHead(options.Level, source, block + place.Tiles, (float*)(block + place.Scales)),
            (HeadForm.Nibble, { } place) => new NibbleHead(options.Level, source, block + place.Tiles, (float*)(block + place.Scales)),
            _ => new HalfHead(options.Level, source),
        };
    }

    private static TernaryMatrix MatrixAt(PackedPlace place, byte* block)
        => new(place.Rows, place.Columns, block + place.Tiles, (float*)(block + place.Scales));

    private static nint Keep(float[]? norm, int stride, AlignedMemory norms)
    {
        if (norm is null)
        {
            return 0;
        }

        var kept = norms.New<float>(stride);
        norm.CopyTo(new Span<float>(kept, stride));
        return (nint)kept;
    }
}
