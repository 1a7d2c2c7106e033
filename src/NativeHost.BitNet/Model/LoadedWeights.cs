using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>A model's weights, and the memory that they are in.</summary>
internal sealed unsafe class LoadedWeights : IDisposable
{
    private readonly TernaryModelFile _file;
    private readonly IDisposable _block;
    private readonly AlignedMemory _norms;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<bool> _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _keeper;

    private LoadedWeights(TernaryModelFile file, IDisposable block, AlignedMemory norms, ModelWeights model)
        => (_file, _block, _norms, Model) = (file, block, norms, model);

    public ModelWeights Model { get; }

    /// <summary>Maps the packed weights of a file, or packs them and keeps them for the next time, in the background.</summary>
    /// <param name="file">Owned from here on, also where this throws.</param>
    /// <param name="store">Null where nothing is kept.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A matrix is not ternary after all.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public static LoadedWeights Open(
        TernaryModelFile file, BitNetOptions options, PackedStore? store, int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        IDisposable? block = null;
        AlignedMemory? norms = null;
        try
        {
            var layout = PackedLayout.Of(file.Shape, options.Head);
            byte* start;
            WeightMemory? packed = null;
            if (store?.TryOpen(file, layout) is { } mapping)
            {
                block = mapping;
                start = mapping.At(PackedFileHeader.Bytes, layout.Bytes);
            }
            else
            {
                packed = new WeightMemory(layout.Bytes);
                block = packed;
                start = packed.Start;
                WeightPacking.Pack(file, layout, start, threads, progress, cancellationToken);
            }

            norms = new AlignedMemory();
            var loaded = new LoadedWeights(file, block, norms, Connect(file, layout, start, norms, options));
            if (packed is not null && store is not null)
            {
                loaded.Keep(store, layout, packed);
            }
            else
            {
                loaded._kept.SetResult(packed is null);
            }

            (block, norms) = (null, null);
            return loaded;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            block?.Dispose();
            norms?.Dispose();
        }
    }

    /// <summary>Completes when the weights are kept, or will not be; says which.</summary>
    public Task<bool> WhenKept => _kept.Task;

    public void Dispose()
    {
        _ending.Cancel();
        _keeper?.Join();
        _ending.Dispose();
        _norms.Dispose();
        _block.Dispose();
        _file.Dispose();
    }

    private void Keep(PackedStore store, PackedLayout layout, WeightMemory packed)
    {
        _keeper = new Thread(() =>
        {
            try
            {
                _kept.SetResult(store.TryWrite(_file, layout, packed.Start, _ending.Token));
            }
            catch (OperationCanceledException)
            {
                _kept.SetResult(false);
            }
        })
        { IsBackground = true, Name = "keep packed weights", Priority = ThreadPriority.BelowNormal };
        _keeper.Start();
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
