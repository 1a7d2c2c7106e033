using NativeHost.Gguf;

namespace NativeHost.ModelCache.Variants;

/// <summary>Computes from a header what llama.cpp's cache of a context takes.</summary>
/// <remarks>
/// A layer with attention keeps, of each token, heads · (length of a key + length of a value) numbers. With multi-head latent attention
/// it keeps one compressed key of kv_lora_rank + rope dimensions instead. Layers may share the cache of another, look back over a window
/// only, or keep a recurrent state of 32-bit floats instead, (conv − 1) · (inner + 2 · groups · state) + state · inner of them a sequence.
/// </remarks>
internal sealed class CacheFormula
{
    /// <summary>llama.cpp rounds contexts up to this.</summary>
    private const long Granularity = 256;

    /// <summary>No model has as many, and a stranger's number must not keep us counting.</summary>
    private const int MostLayers = 4096;

    private readonly GgufFile _header;
    private readonly FitSettings _settings;
    private readonly GgufTensorType _type;
    private readonly long _context;

    private CacheFormula(GgufFile header, FitSettings settings)
    {
        _header = header;
        _settings = settings;
        _type = GgufTensorType.Find(settings.CacheTypeId)
            ?? throw new ArgumentOutOfRangeException(nameof(settings), settings.CacheTypeId, "Not a known tensor type.");
        _context = Padded((long)settings.ContextTokens * settings.Sequences);
    }

    /// <returns>Null where the header does not say enough.</returns>
    public static long? Bytes(GgufFile header, FitSettings settings)
        => header.BlockCount is > 0 and <= MostLayers and var layers ? new CacheFormula(header, settings).Bytes(layers) : null;

    private long? Bytes(int layers)
    {
        var state = StateBytes();
        if (state is null && (_header.HeadCountKv is null or 0 || _header.KeyLength is null || _header.ValueLength is null))
        {
            return null;
        }

        var heads = _header.Metadata.Integers(Key("attention.head_count_kv"));
        var owning = layers - (Number("attention.shared_kv_layers") ?? 0);
        var interval = Number("full_attention_interval") is > 0 and var every ? every : 1;
        var sum = Int128.Zero;
        for (var layer = 0; layer < layers; layer++)
        {
            var layerHeads = heads is null ? _header.HeadCountKv ?? 0 : layer < heads.Count ? heads[layer] : 0;
            var attends = layerHeads > 0 && layer < owning && (layer + 1) % interval == 0;
            if (attends)
            {
                sum += TokensOf(layer) * TokenBytes(layerHeads);
            }

            // Falcon-H1 has both in each of its layers.
            if (state is { } recurrent && (!attends || _header.Architecture == "falcon-h1"))
            {
                sum += recurrent * _settings.Sequences;
            }
        }

        return (long)Int128.Min(sum, long.MaxValue);
    }

    /// <summary>Of one token in one layer.</summary>
    private Int128 TokenBytes(long heads)
    {
        if (Number("attention.key_length_mla") is not null && Number("attention.kv_lora_rank") is { } rank)
        {
            return RowBytes((Int128)rank + (Number("rope.dimension_count") ?? 0));
        }

        return RowBytes((Int128)heads * (_header.KeyLength ?? 0)) + RowBytes((Int128)heads * (_header.ValueLength ?? 0));
    }

    /// <summary>Tokens that the cache of one layer has room for.</summary>
    private long TokensOf(int layer)
    {
        if (_settings.KeepsWholeWindows || Number("attention.sliding_window") is not (> 0 and var window) || !IsWindowed(layer))
        {
            return _context;
        }

        return Math.Min(_context, Padded((window * _settings.Sequences) + _settings.MicroBatchTokens));
    }

    private bool IsWindowed(int layer)
    {
        if (_header.Metadata.Integers(Key("attention.sliding_window_pattern")) is { } pattern)
        {
            return layer < pattern.Count && pattern[layer] != 0;
        }

        // Every so many layers one sees the whole context. Older files leave the number to the engine.
        var period = Number("attention.sliding_window_pattern") ?? _header.Architecture switch
        {
            "gemma2" or "gpt-oss" => 2,
            "cohere2" or "llama4" => 4,
            "gemma3n" => 5,
            "gemma3" => 6,
            _ => 1,
        };
        return period > 0 && layer % period < period - 1;
    }

    /// <summary>Of one sequence in one recurrent layer; null for a model without.</summary>
    private Int128? StateBytes()
    {
        if (Number("ssm.state_size") is not { } state || Number("ssm.inner_size") is not { } inner)
        {
            return null;
        }

        var conv = Math.Max(0, (Number("ssm.conv_kernel") ?? 1) - 1);
        var groups = Number("ssm.group_count") ?? 0;
        return sizeof(float) * (((Int128)conv * (inner + (2 * (Int128)groups * state))) + ((Int128)state * inner));
    }

    private Int128 RowBytes(Int128 numbers) => (numbers + _type.BlockElements - 1) / _type.BlockElements * _type.BlockBytes;

    /// <summary>A number of the model; null also for one that no model has.</summary>
    private long? Number(string key) => _header.Metadata.Integer(Key(key)) is >= 0 and <= int.MaxValue and var number ? number : null;

    private string Key(string key) => $"{_header.Architecture}.{key}";

    private static long Padded(long tokens) => (tokens + Granularity - 1) / Granularity * Granularity;
}
