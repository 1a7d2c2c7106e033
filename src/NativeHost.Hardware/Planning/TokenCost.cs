using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Computes what is read of memory to make one more token: the weights that it passes through, and the cache.</summary>
/// <remarks>Of a mixture of experts only the chosen experts are read, and of the tables only a row.</remarks>
internal static class TokenCost
{
    /// <param name="cache">Of each layer, at the end of the context.</param>
    /// <exception cref="OverflowException">It is more than a long can count.</exception>
    public static MemoryPart? Of(
        IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits? traits, PlanSettings settings, long[] cache)
    {
        var firstOnGpu = model.AllLayers - settings.GpuLayers;
        var (cpu, gpu) = (0L, 0L);
        foreach (var tensor in tensors)
        {
            if (tensor.Bytes is not { } bytes)
            {
                return null;
            }

            var (layer, isRead) = LayerOf(tensor.Name, model, tensors);
            if (!isRead)
            {
                continue;
            }

            if (layer >= 0 && tensor.Name.Contains("_exps.", StringComparison.Ordinal) && model.Experts > 0)
            {
                bytes = (long)((Int128)bytes * model.UsedExpertsOf(layer) / model.Experts);
            }

            var isOnGpu = layer < 0 ? settings.GpuLayers > 0 : layer >= firstOnGpu;
            (cpu, gpu) = checked(isOnGpu ? (cpu, gpu + bytes) : (cpu + bytes, gpu));
        }

        // Of a cache that is split among sequences, a token reads that of its own.
        for (var layer = 0; layer < cache.Length; layer++)
        {
            var bytes = settings.SharesCache ? cache[layer] : cache[layer] / settings.Sequences;
            (cpu, gpu) = checked(layer >= firstOnGpu ? (cpu, gpu + bytes) : (cpu + bytes, gpu));
        }

        return new MemoryPart(cpu, gpu, traits is null ? Confidence.Bounded : Confidence.Exact);
    }

    /// <summary>The layer that a tensor is of, or -1 for the output's; and whether it is read whole for each token.</summary>
    private static (int Layer, bool IsRead) LayerOf(string name, ModelDimensions model, IReadOnlyList<GgufTensor> tensors)
    {
        const string Block = "blk.";
        if (name.StartsWith(Block, StringComparison.Ordinal))
        {
            var number = name.AsSpan(Block.Length);
            return number.IndexOf('.') is > 0 and var end
                && int.TryParse(number[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer < model.Layers
                    ? (layer, true)
                    : (0, false);
        }

        return name switch
        {
            "token_embd.weight" => (-1, !tensors.Any(tensor => tensor.Name == "output.weight")),
            "position_embd.weight" or "per_layer_token_embd.weight" or "token_types.weight" => (-1, false),
            _ => (-1, true),
        };
    }
}
