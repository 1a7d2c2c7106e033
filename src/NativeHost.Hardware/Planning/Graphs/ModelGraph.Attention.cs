using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning.Graphs;

/// <content>Attention over the cache.</content>
internal sealed partial class ModelGraph
{
    private GraphTensor Attention(int layer, GraphTensor x)
    {
        if (_traits.IsLatent)
        {
            return LatentAttention(layer, x);
        }

        var (q, k, v) = QueriesKeysValues(layer, x);
        var isTurned = _traits.Rope switch
        {
            RopeUse.Always => true,
            RopeUse.WindowedLayers => _model.IsWindowed(layer),
            RopeUse.ThreeOfFour => (layer + 1) % 4 != 0,
            _ => false,
        };
        if (isTurned)
        {
            (q, k) = (ComputeGraph.Elementwise(q, _inputs.Positions), ComputeGraph.Elementwise(k, _inputs.Positions));
        }

        var attended = Attend(layer, q, k, v);
        return ComputeGraph.MatMul(LayerWeight(layer, "attn_output.weight"), Has(layer, "attn_sub_norm.weight") ? Norm(attended) : attended);
    }

    /// <returns>[head, heads, tokens] each.</returns>
    private (GraphTensor Q, GraphTensor K, GraphTensor V) QueriesKeysValues(int layer, GraphTensor x)
    {
        var (keyLength, valueLength) = (_model.KeyLengthOf(layer), _model.ValueLengthOf(layer));
        var (heads, kvHeads) = (_model.HeadsOf(layer), _model.KvHeadsOf(layer));
        if (heads < 1 || kvHeads < 1)
        {
            throw new MissingWeightException("attn_q");
        }

        if (Has(layer, "attn_qkv.weight"))
        {
            var all = ComputeGraph.MatMul(LayerWeight(layer, "attn_qkv.weight"), x);
            return (Part(all, keyLength, heads), Part(all, keyLength, kvHeads), Part(all, valueLength, kvHeads));
        }

        return (
            Heads(LayerWeight(layer, "attn_q.weight"), x, keyLength, heads),
            Heads(LayerWeight(layer, "attn_k.weight"), x, keyLength, kvHeads),
            Heads(LayerWeight(layer, "attn_v.weight"), x, valueLength, kvHeads));
    }

    private GraphTensor Heads(GraphTensor weight, GraphTensor x, long length, long heads)
        => weight.Counts.N1 == length * heads
            ? ComputeGraph.Reshape(ComputeGraph.MatMul(weight, x), length, heads, _tokens)
            : throw new MissingWeightException("attn");

    private static GraphTensor Part(GraphTensor all, long length, long heads)
    {
        var head = ComputeGraph.RowBytes(all.Type, length);
        var counts = new Extent(length, heads, all.Counts.N1, 1);
        return ComputeGraph.View(all, counts, new Extent(all.Strides.N0, head, all.Strides.N1, checked(all.Strides.N1 * all.Counts.N1)));
    }

    /// <summary>Stores keys and values, and weighs the cache's values by how its keys answer the queries.</summary>
    /// <param name="k">Null where a layer uses the cache of an earlier one; <paramref name="v"/> is null then too.</param>
    /// <returns>[heads * head, tokens].</returns>
    private GraphTensor Attend(int layer, GraphTensor q, GraphTensor? k, GraphTensor? v, GraphTensor? latentValues = null)
    {
        var cache = _model.IsWindowed(layer) ? _inputs.Windowed : _inputs.Whole;
        if (cache.KeyRotation is { } keyRotation && latentValues is null)
        {
            (q, k) = (Rotated(q, keyRotation), k is null ? null : Rotated(k, keyRotation));
        }

        if (cache.ValueRotation is { } valueRotation && latentValues is null)
        {
            v = v is null ? null : Rotated(v, valueRotation);
        }

        // Latent keys are the values too; both orders are llama.cpp's.
        _graph.Add(q);
        foreach (var stored in _model.Window > 0 ? new[] { k, v } : [v, k])
        {
            _ = stored is null ? null : _graph.Add(stored);
        }

        var keys = CachedKeys(layer, cache);
        var values = latentValues is null ? CachedValues(layer, cache) : keys;
        if (k is not null)
        {
            _graph.Add(ComputeGraph.SetRows(keys, Rows(k), cache.KeyPlaces));
        }

        if (v is not null && latentValues is null)
        {
            _graph.Add(StoredValues(values, v, cache));
        }

        var attended = WeighedValues(layer, q, KeysToRead(layer, keys, cache), ValuesToRead(layer, keys, values, cache, latentValues), cache, latentValues);
        _graph.Add(attended);
        return cache.ValueRotation is { } rotation && latentValues is null ? Rotated(attended, rotation) : attended;
    }

    private GraphTensor WeighedValues(
        int layer, GraphTensor q, GraphTensor keys, GraphTensor values, GraphInputs.Cache cache, GraphTensor? latentValues)
    {
        var (streams, perStream) = (_size.Streams, q.Counts.N2 / _size.Streams);
        q = ComputeGraph.View(
            q, new Extent(q.Counts.N0, q.Counts.N1, perStream, streams), q.Strides with { N3 = q.Strides.N3 / streams });
        q = ComputeGraph.ExchangeTokensAndHeads(q);
        keys = ComputeGraph.ExchangeTokensAndHeads(keys);
        values = ComputeGraph.ExchangeTokensAndHeads(values);
        if (_settings.UsesFlashAttention)
        {
            var sinks = Has(layer, "attn_sinks.weight") ? LayerWeight(layer, "attn_sinks.weight") : null;
            var result = ComputeGraph.FlashAttention(q, AsHalves(keys), AsHalves(values), cache.Mask, sinks);
            if (latentValues is not null)
            {
                result = ComputeGraph.ExchangeTokensAndHeads(ComputeGraph.MatMul(latentValues, ComputeGraph.ExchangeTokensAndHeads(result)));
                result = ComputeGraph.Contiguous(result);
            }

            return ComputeGraph.Reshape(result, checked(result.Counts.N0 * result.Counts.N1), checked(result.Counts.N2 * result.Counts.N3));
        }

        var scores = ComputeGraph.Elementwise(ComputeGraph.MatMul(keys, q), cache.Mask);
        if (latentValues is not null)
        {
            values = ComputeGraph.Contiguous(ComputeGraph.Transpose(values));
        }

        var weighed = ComputeGraph.MatMul(values, scores);
        weighed = latentValues is null ? weighed : ComputeGraph.MatMul(latentValues, weighed);
        weighed = ComputeGraph.ExchangeTokensAndHeads(weighed);
        return ComputeGraph.Contiguous(weighed, checked(weighed.Counts.N0 * weighed.Counts.N1), checked(weighed.Counts.N2 * weighed.Counts.N3));
    }

    private static GraphTensor AsHalves(GraphTensor cached) => cached.Type.Id == GgufTensorType.F32 ? ComputeGraph.ToHalves(cached) : cached;

    private GraphTensor CachedKeys(int layer, GraphInputs.Cache cache)
        => ComputeGraph.External(CacheType(_settings.KeyTypeId), new Extent(KeyRow(layer), checked(cache.Cells * _size.Streams), 1, 1));

    private GraphTensor CachedValues(int layer, GraphInputs.Cache cache)
        => ComputeGraph.External(CacheType(_settings.ValueTypeId), new Extent(ValueRow(layer), checked(cache.Cells * _size.Streams), 1, 1));

    private GraphTensor KeysToRead(int layer, GraphTensor keys, GraphInputs.Cache cache)
        => Cached(keys, _model.KeyLengthOf(layer), _model.KvHeadsOf(layer), cache);

    /// <summary>Without flash attention they lie transposed: the numbers of one place in all values together.</summary>
    private GraphTensor ValuesToRead(int layer, GraphTensor keys, GraphTensor values, GraphInputs.Cache cache, GraphTensor? latentValues)
    {
        if (latentValues is not null)
        {
            return Cached(keys, _model.KvRank, 1, cache);
        }

        var (length, heads) = (_model.ValueLengthOf(layer), _model.KvHeadsOf(layer));
        if (_settings.UsesFlashAttention)
        {
            return Cached(values, length, heads, cache);
        }

        var element = ComputeGraph.RowBytes(values.Type, cache.Cells);
        return ComputeGraph.View(
            values,
            new Extent(cache.Cells, heads, length, _size.Streams),
            new Extent(values.Type.BlockBytes, checked(element * length), element, checked(element * values.Counts.N0)));
    }

    private GraphTensor Cached(GraphTensor cached, long length, long heads, GraphInputs.Cache cache)
    {
        var row = cached.Strides.N1;
        return ComputeGraph.View(
            cached,
            new Extent(length, heads, cache.Cells, _size.Streams),
            new Extent(cached.Strides.N0, ComputeGraph.RowBytes(cached.Type, length), row, checked(row * cache.Cells)));
    }

    private GraphTensor StoredValues(GraphTensor values, GraphTensor v, GraphInputs.Cache cache)
    {
        if (_settings.UsesFlashAttention)
        {
            return ComputeGraph.SetRows(values, Rows(v), cache.ValuePlaces);
        }

        var elements = checked(v.Counts.N0 * v.Counts.N1);
        var rows = ComputeGraph.RowBytes(v.Type, elements) == v.Strides.N2
            ? ComputeGraph.Reshape(v, elements, _tokens)
            : ComputeGraph.Contiguous(v, elements, _tokens);
        rows = elements < values.Counts.N0 ? ComputeGraph.Pad(rows, values.Counts.N0) : rows;
        return ComputeGraph.SetRows(values, ComputeGraph.Reshape(rows, 1, rows.Counts.Product), cache.ValuePlaces);
    }

    /// <summary>The heads of a token as one row.</summary>
    private static GraphTensor Rows(GraphTensor heads)
    {
        var counts = new Extent(checked(heads.Counts.N0 * heads.Counts.N1), heads.Counts.N2, 1, 1);
        var all = checked(heads.Strides.N2 * heads.Counts.N2);
        return ComputeGraph.View(heads, counts, new Extent(heads.Strides.N0, heads.Strides.N2, all, all));
    }

    private static GraphTensor Rotated(GraphTensor x, GraphTensor rotation)
    {
        var (width, rows) = (rotation.Counts.N0, x.Counts.Product / rotation.Counts.N0);
        var flat = x.IsContiguous ? ComputeGraph.Reshape(x, width, rows) : ComputeGraph.Contiguous(x, width, rows);
        return ComputeGraph.Reshape(ComputeGraph.MatMul(rotation, flat), x.Counts.N0, x.Counts.N1, x.Counts.N2, x.Counts.N3);
    }

    private long KeyRow(int layer) => checked((long)_model.KeyLengthOf(layer) * _model.KvHeadsOf(layer));

    private long ValueRow(int layer) => _settings.UsesFlashAttention
        ? checked((long)_model.ValueLengthOf(layer) * _model.KvHeadsOf(layer))
        : Enumerable.Range(0, _model.AllLayers).Max(any => checked((long)_model.ValueLengthOf(any) * _model.KvHeadsOf(any)));

    private static GgufTensorType CacheType(uint id) => GgufTensorType.Find(id) ?? throw new MissingWeightException("cache");
}
