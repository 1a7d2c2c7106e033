using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Where llama.cpp puts the weights of a model.</summary>
/// <remarks>
/// The tables of tokens and positions stay with the CPU, which only looks rows up in them. Of the others, GPUs get the last blocks, and the
/// output with the first of them. A model without an output of its own uses the token table for it: then that is there twice, where the
/// two are used on different devices or in different layouts.
/// </remarks>
internal sealed class WeightPlacement
{
    private const int CpuAlignment = 32;

    /// <summary>GPUs ask for 16 to 128, also in the machine's memory that they can reach; most matrices are multiples of all of them.</summary>
    private const int GpuAlignment = 128;

    private const string TokenTable = "token_embd.weight";

    private readonly bool _hasGpu;
    private readonly long[] _layers;
    private readonly long[] _aligned;
    private long _input;
    private long _everyLayer;
    private long _output;

    private WeightPlacement(int layers, bool hasGpu) => (_hasGpu, _layers, _aligned) = (hasGpu, new long[layers], new long[layers]);

    /// <summary>Of each block, in the file.</summary>
    public IReadOnlyList<long> LayerBytes => _layers;

    /// <param name="hasGpu">Whether a GPU has any block.</param>
    /// <returns>Null where a tensor is of a type that is not known.</returns>
    /// <exception cref="OverflowException">They are more than a long can count.</exception>
    public static WeightPlacement? Of(IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits? traits, CpuPacking packing, bool hasGpu)
    {
        packing = hasGpu ? CpuPacking.None : packing;
        var placement = new WeightPlacement(model.AllLayers, hasGpu);
        foreach (var tensor in tensors)
        {
            var place = PlaceOf(tensor.Name, model);
            if ((place.Kind == PlaceKind.Input ? tensor.Bytes : packing.BytesOf(tensor)) is not { } bytes)
            {
                return null;
            }

            placement.Add(place, bytes);
        }

        if (tensors.FirstOrDefault(tensor => tensor.Name == TokenTable) is { } table && traits?.UsesTableAsOutput != true
            && !tensors.Any(tensor => tensor.Name == "output.weight")
            && (hasGpu || packing.Packs(table)))
        {
            placement.Add(new Place(PlaceKind.Output, 0), packing.BytesOf(table)!.Value);
        }

        return placement;
    }

    /// <summary>Bytes in the machine's memory and in that of the GPUs.</summary>
    /// <param name="firstOnGpu">The first block that a GPU has; the number of blocks for none.</param>
    /// <exception cref="OverflowException">They are more than a long can count.</exception>
    public (long Cpu, long Gpu) Split(int firstOnGpu)
    {
        checked
        {
            var (cpu, gpu) = _hasGpu ? (_input, _output + _everyLayer) : (_input + _output, 0);
            cpu += firstOnGpu > 0 ? _everyLayer : 0;
            for (var layer = 0; layer < _aligned.Length; layer++)
            {
                (cpu, gpu) = layer < firstOnGpu ? (cpu + _aligned[layer], gpu) : (cpu, gpu + _aligned[layer]);
            }

            return (cpu, gpu);
        }
    }

    private void Add(Place place, long bytes)
    {
        checked
        {
            var aligned = Aligned(bytes, _hasGpu ? GpuAlignment : CpuAlignment);
            switch (place.Kind)
            {
                case PlaceKind.Input:
                    _input += aligned;
                    break;
                case PlaceKind.EveryLayer:
                    _everyLayer += aligned;
                    break;
                case PlaceKind.Output:
                    _output += aligned;
                    break;
                case PlaceKind.Layer:
                    _layers[place.Layer] += bytes;
                    _aligned[place.Layer] += aligned;
                    break;
                default:
                    break;
            }
        }
    }

    private static Place PlaceOf(string name, ModelDimensions model)
    {
        const string Block = "blk.";
        if (name.StartsWith(Block, StringComparison.Ordinal))
        {
            var number = name.AsSpan(Block.Length);
            var end = number.IndexOf('.');
            return end > 0 && int.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer < model.Layers
                ? new Place(PlaceKind.Layer, layer)
                : new Place(PlaceKind.Unused, 0);
        }

        return name[..Math.Max(0, name.LastIndexOf('.'))] switch
        {
            "token_embd" or "position_embd" or "token_types" or "per_layer_token_embd" => new Place(PlaceKind.Input, 0),
            "rope_freqs" or "rope_factors_long" or "rope_factors_short" => new Place(PlaceKind.EveryLayer, 0),
            "per_layer_model_proj" or "per_layer_proj_norm" => new Place(PlaceKind.Layer, 0),
            "token_embd_norm" when model.ShortConvolutionLength == 0 => new Place(PlaceKind.Layer, 0),
            _ => new Place(PlaceKind.Output, 0),
        };
    }

    private static long Aligned(long bytes, int alignment) => checked(bytes + alignment - 1) / alignment * alignment;

    private readonly record struct Place(PlaceKind Kind, int Layer);

    private enum PlaceKind
    {
        Unused,
        Input,
        Layer,

        /// <summary>Small tables that every device with a block has a copy of.</summary>
        EveryLayer,
        Output,
    }
}
