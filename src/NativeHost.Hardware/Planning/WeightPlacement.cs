using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Where llama.cpp puts the weights of a model.</summary>
/// <param name="CpuBytes">In the machine's memory.</param>
/// <param name="GpuBytes">In that of the GPUs together.</param>
/// <param name="LayerBytes">Of each block, in the file.</param>
/// <remarks>
/// The tables of tokens and positions stay with the CPU, which only looks rows up in them. Of the others, GPUs get the last blocks, and the
/// output with the first of them. A model without an output of its own uses the token table for it: then that is there twice, where the
/// two are used on different devices or in different layouts.
/// </remarks>
internal sealed record WeightPlacement(long CpuBytes, long GpuBytes, IReadOnlyList<long> LayerBytes)
{
    private const int CpuAlignment = 32;

    /// <summary>GPUs ask for 16 to 128, also in the machine's memory that they can reach; most matrices are multiples of all of them.</summary>
    private const int GpuAlignment = 128;

    private const string TokenTable = "token_embd.weight";

    /// <returns>Null where a tensor is of a type that is not known.</returns>
    /// <exception cref="OverflowException">They are more than a long can count.</exception>
    public static WeightPlacement? Of(IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits? traits, CpuPacking packing, int gpuLayers)
    {
        var firstOnGpu = Math.Max(0, model.AllLayers - gpuLayers);
        var hasGpu = gpuLayers > 0;
        packing = hasGpu ? CpuPacking.None : packing;
        var alignment = hasGpu ? GpuAlignment : CpuAlignment;
        var (cpu, gpu, layers) = (0L, 0L, new long[model.AllLayers]);
        foreach (var tensor in tensors)
        {
            var place = PlaceOf(tensor.Name, model);
            if ((place.Kind == PlaceKind.Input ? tensor.Bytes : packing.BytesOf(tensor)) is not { } bytes)
            {
                return null;
            }

            if (place.Kind == PlaceKind.Unused)
            {
                continue;
            }

            if (place.Kind == PlaceKind.Layer)
            {
                layers[place.Layer] = checked(layers[place.Layer] + bytes);
            }

            var (onCpu, onGpu) = place.Kind switch
            {
                PlaceKind.Input => (true, false),
                PlaceKind.Output => (!hasGpu, hasGpu),
                PlaceKind.EveryLayer => (firstOnGpu > 0, hasGpu),
                _ => (place.Layer < firstOnGpu, place.Layer >= firstOnGpu),
            };
            cpu = onCpu ? checked(cpu + Aligned(bytes, alignment)) : cpu;
            gpu = onGpu ? checked(gpu + Aligned(bytes, alignment)) : gpu;
        }

        if (tensors.FirstOrDefault(tensor => tensor.Name == TokenTable) is { } table && traits?.UsesTableAsOutput != true
            && !tensors.Any(tensor => tensor.Name == "output.weight"))
        {
            cpu = !hasGpu && packing.Packs(table) ? checked(cpu + Aligned(packing.BytesOf(table)!.Value, alignment)) : cpu;
            gpu = hasGpu ? checked(gpu + Aligned(table.Bytes!.Value, alignment)) : gpu;
        }

        return new WeightPlacement(cpu, gpu, layers);
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
