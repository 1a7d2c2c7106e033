using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Computes what is read of memory to make one more token: the weights that it passes through, and the cache.</summary>
/// <remarks>Of a mixture of experts only the chosen experts are read, and of the tables only a row.</remarks>
internal sealed class TokenCost
{
    private readonly long[] _layers;
    private readonly bool _isKnown;
    private long _output;

    private TokenCost(int layers, bool isKnown) => (_layers, _isKnown) = (new long[layers], isKnown);

    /// <returns>Null where a tensor is of a type that is not known.</returns>
    /// <exception cref="OverflowException">It is more than a long can count.</exception>
    public static TokenCost? Of(IReadOnlyList<GgufTensor> tensors, ModelDimensions model, ArchitectureTraits? traits)
    {
        var cost = new TokenCost(model.AllLayers, traits is not null);
        var hasOutput = tensors.Any(tensor => tensor.Name == "output.weight");
        foreach (var tensor in tensors)
        {
            if (tensor.Bytes is not { } bytes)
            {
                return null;
            }

            var (layer, isRead) = LayerOf(tensor.Name, model, hasOutput);
            if (!isRead)
            {
                continue;
            }

            if (layer < 0)
            {
                cost._output = checked(cost._output + bytes);
            }
            else
            {
                var isChosen = tensor.Name.Contains("_exps.", StringComparison.Ordinal) && model.Experts > 0;
                cost._layers[layer] = checked(cost._layers[layer] + (isChosen ? (long)((Int128)bytes * model.UsedExpertsOf(layer) / model.Experts) : bytes));
            }
        }

        return cost;
    }

    /// <param name="cache">Of each layer, at the end of the context.</param>
    /// <exception cref="OverflowException">It is more than a long can count.</exception>
    public MemoryPart With(PlanSettings settings, long[] cache)
    {
        checked
        {
            var firstOnGpu = _layers.Length - settings.GpuLayers;
            var (cpu, gpu) = settings.GpuLayers > 0 ? (0L, _output) : (_output, 0L);
            for (var layer = 0; layer < _layers.Length; layer++)
            {
                // Of a cache that is split among sequences, a token reads that of its own.
                var bytes = _layers[layer] + (settings.SharesCache ? cache[layer] : cache[layer] / settings.Sequences);
                (cpu, gpu) = layer >= firstOnGpu ? (cpu, gpu + bytes) : (cpu + bytes, gpu);
            }

            return new MemoryPart(cpu, gpu, _isKnown ? Confidence.Exact : Confidence.Bounded);
        }
    }

    /// <summary>The layer that a tensor is of, or -1 for the output's; and whether it is read whole for each token.</summary>
    private static (int Layer, bool IsRead) LayerOf(string name, ModelDimensions model, bool hasOutput)
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
            "token_embd.weight" => (-1, !hasOutput),
            "position_embd.weight" or "per_layer_token_embd.weight" or "token_types.weight" => (-1, false),
            _ => (-1, true),
        };
    }
}
