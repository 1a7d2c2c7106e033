using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Computes what llama.cpp's caches take: keys and values of the context, and the states of recurrent layers.</summary>
internal sealed class LayerCache(ModelDimensions model, ArchitectureTraits? traits, PlanSettings settings)
{
    private const int Alignment = 32;

    private readonly CacheSize _size = CacheSize.Of(model, settings);
    private readonly GgufTensorType? _keyType = GgufTensorType.Find(settings.KeyTypeId);
    private readonly GgufTensorType? _valueType = GgufTensorType.Find(settings.ValueTypeId);

    /// <summary>Bytes of each layer; null where llama.cpp makes no such cache.</summary>
    /// <exception cref="OverflowException">They are more than a long can count.</exception>
    public long[]? Bytes()
    {
        if (_keyType is null || _valueType is null || (_valueType.BlockElements > 1 && !settings.UsesFlashAttention)
            || (model.IsLatent && _keyType != _valueType))
        {
            return null;
        }

        var bytes = new long[model.AllLayers];
        for (var layer = 0; layer < bytes.Length; layer++)
        {
            if (traits is null || traits.Attends(model, layer))
            {
                if (layer < (traits?.CachedLayers ?? int.MaxValue))
                {
                    if (KeysAndValues(layer) is not { } attention)
                    {
                        return null;
                    }

                    bytes[layer] += attention;
                }
            }

            if (layer < model.Layers && traits?.Recurs(model, layer) == true)
            {
                bytes[layer] = checked(bytes[layer] + State());
            }
        }

        return bytes;
    }

    private long? KeysAndValues(int layer)
    {
        checked
        {
            var keys = Rows(_keyType!, (long)model.KeyLengthOf(layer) * model.KvHeadsOf(layer), layer);
            var values = model.IsLatent ? 0 : Rows(_valueType!, ValueElements(layer), layer);
            return keys + values;
        }
    }

    /// <summary>Without flash attention values lie transposed, and all layers get the room of the widest.</summary>
    private long ValueElements(int layer) => settings.UsesFlashAttention
        ? (long)model.ValueLengthOf(layer) * model.KvHeadsOf(layer)
        : Enumerable.Range(0, model.AllLayers).Max(any => (long)model.ValueLengthOf(any) * model.KvHeadsOf(any));

    private long? Rows(GgufTensorType type, long elements, int layer)
        => elements % type.BlockElements == 0
            ? checked(elements / type.BlockElements * type.BlockBytes * _size.CellsOf(model, layer) * _size.Streams)
            : null;

    /// <summary>Of all sequences in one recurrent layer, in 32-bit floats: what a convolution has seen last, and the state itself.</summary>
    private long State()
    {
        checked
        {
            return Padded(sizeof(float) * RecurrentState.ConvolutionElements(model) * settings.Sequences)
                + Padded(sizeof(float) * RecurrentState.StateElements(model) * settings.Sequences);
        }
    }

    private static long Padded(long bytes) => checked(bytes + Alignment - 1) / Alignment * Alignment;
}
