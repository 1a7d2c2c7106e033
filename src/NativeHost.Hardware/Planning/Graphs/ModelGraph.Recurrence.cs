namespace NativeHost.Hardware.Planning.Graphs;

/// <content>Layers that keep a state instead of keys and values: Mamba, Mamba 2 and LFM2's short convolutions.</content>
internal sealed partial class ModelGraph
{
    private GraphTensor Mamba(int layer, GraphTensor x)
    {
        var (inner, state, sequences) = ((long)_model.InnerWidth, (long)_model.StateSize, (long)_settings.Sequences);
        var perSequence = _tokens / sequences;
        RequireState();
        var past = ConvolutionState(inner);
        var both = ComputeGraph.MatMul(LayerWeight(layer, "ssm_in.weight"), ComputeGraph.Reshape(x, x.Counts.N0, perSequence, sequences));
        var half = both.Counts with { N0 = inner };
        var z = ComputeGraph.View(both, half, both.Strides);
        var mixed = Convolved(layer, past, ComputeGraph.View(both, half, both.Strides));

        var rank = _model.TimeStepRank;
        var projected = ComputeGraph.MatMul(LayerWeight(layer, "ssm_x.weight"), mixed);
        var dt = ComputeGraph.View(projected, projected.Counts with { N0 = rank }, projected.Strides);
        var b = Group(projected, state, 1, perSequence, sequences);
        var c = Group(projected, state, 1, perSequence, sequences);
        if (Has(layer, "ssm_dt_norm.weight"))
        {
            (dt, b, c) = (ComputeGraph.Elementwise(dt), ComputeGraph.Elementwise(b), ComputeGraph.Elementwise(c));
        }

        dt = ComputeGraph.MatMul(LayerWeight(layer, "ssm_dt.weight"), dt);
        var heads = ComputeGraph.Reshape(mixed, 1, inner, perSequence, sequences);
        var y = Scanned(heads, dt, LayerWeight(layer, "ssm_a"), b, c, state);
        y = ComputeGraph.View(y, new Extent(inner, perSequence, sequences, 1), new Extent(heads.Strides.N0, heads.Strides.N2, heads.Strides.N3, heads.Strides.N3));
        y = ComputeGraph.Elementwise(y, ComputeGraph.Elementwise(mixed));
        y = ComputeGraph.Gated(ComputeGraph.Contiguous(z), y);
        var result = ComputeGraph.MatMul(LayerWeight(layer, "ssm_out.weight"), y);
        return ComputeGraph.Reshape(result, result.Counts.N0, _tokens);
    }

    private GraphTensor Mamba2(int layer, GraphTensor x)
    {
        var (inner, state, groups, heads) = ((long)_model.InnerWidth, (long)_model.StateSize, (long)_model.Groups, (long)_model.TimeStepRank);
        var (sequences, channels) = ((long)_settings.Sequences, RecurrentState.ChannelsOf(_model));
        var perSequence = _tokens / sequences;
        RequireState();
        if (heads < 1 || groups < 1 || inner % heads != 0)
        {
            throw new MissingWeightException("ssm_in");
        }

        var past = ConvolutionState(channels);
        var all = ComputeGraph.MatMul(LayerWeight(layer, "ssm_in.weight"), x);
        all = ComputeGraph.Reshape(all, all.Counts.N0, perSequence, sequences);
        var z = Group(all, inner / heads, heads, perSequence, sequences);
        var dt = ComputeGraph.View(all, all.Counts with { N0 = heads }, all.Strides);
        var mixed = Convolved(layer, past, ComputeGraph.View(all, all.Counts with { N0 = channels }, all.Strides));

        var values = Group(mixed, inner / heads, heads, perSequence, sequences);
        var b = Group(mixed, state, groups, perSequence, sequences);
        var c = Group(mixed, state, groups, perSequence, sequences);
        dt = ComputeGraph.Contiguous(dt);
        var scanned = Scanned(values, dt, LayerWeight(layer, "ssm_a"), b, c, state);
        var y = ComputeGraph.Reshape(scanned, inner / heads, heads, perSequence, sequences);
        y = ComputeGraph.Elementwise(y, ComputeGraph.Elementwise(values));
        y = ComputeGraph.Gated(ComputeGraph.Contiguous(z), y);
        if (Has(layer, "ssm_norm.weight"))
        {
            y = ComputeGraph.Elementwise(ComputeGraph.Reshape(y, inner / groups, groups, perSequence, sequences));
        }

        return ComputeGraph.MatMul(LayerWeight(layer, "ssm_out.weight"), ComputeGraph.Reshape(y, inner, _tokens));
    }

    private GraphTensor ShortConvolution(int layer, GraphTensor x)
    {
        var (width, sequences, length) = ((long)_model.Width, (long)_settings.Sequences, _model.ShortConvolutionLength);
        if (length < 2)
        {
            throw new MissingWeightException("shortconv.conv");
        }

        var all = ComputeGraph.MatMul(
            LayerWeight(layer, "shortconv.in_proj.weight"), ComputeGraph.Reshape(x, x.Counts.N0, _tokens / sequences, sequences));
        var third = all.Counts with { N0 = width };
        var c = ComputeGraph.View(all, third, all.Strides);
        var gated = ComputeGraph.Transpose(
            ComputeGraph.Elementwise(ComputeGraph.View(all, third, all.Strides), ComputeGraph.View(all, third, all.Strides)));
        var slots = SlotsOf(checked((length - 1) * width));
        var past = ComputeGraph.Reshape(StateRows(slots, checked((length - 1) * width)), length - 1, width, sequences);
        var seen = ComputeGraph.Concat(past, gated, 0);
        KeepLast(seen, slots, length - 1, width);
        var y = ComputeGraph.Elementwise(c, ComputeGraph.Convolution(seen, LayerWeight(layer, "shortconv.conv.weight")));
        y = ComputeGraph.MatMul(LayerWeight(layer, "shortconv.out_proj.weight"), y);
        return ComputeGraph.Reshape(y, y.Counts.N0, _tokens);
    }

    /// <summary>The inputs seen last, then the new ones, through the convolution; the last of them are kept for the next step.</summary>
    private GraphTensor Convolved(int layer, (GraphTensor Slots, GraphTensor Rows) past, GraphTensor x)
    {
        var (kept, channels) = (_model.ConvolutionLength - 1L, x.Counts.N0);
        var seen = ComputeGraph.Concat(
            ComputeGraph.Reshape(past.Rows, kept, channels, _settings.Sequences), ComputeGraph.Transpose(x), 0);
        KeepLast(seen, past.Slots, kept, channels);
        return ComputeGraph.Convolution(seen, LayerWeight(layer, "ssm_conv1d.weight"));
    }

    private void KeepLast(GraphTensor seen, GraphTensor slots, long kept, long channels)
        => _graph.Add(ComputeGraph.CopyTo(ComputeGraph.View(seen, new Extent(kept, channels, _settings.Sequences, 1), seen.Strides), slots));

    private GraphTensor Scanned(GraphTensor x, GraphTensor dt, GraphTensor decay, GraphTensor b, GraphTensor c, long state)
    {
        var slots = SlotsOf(RecurrentState.StateElements(_model));
        ClearSlot(slots);
        var states = ComputeGraph.Reshape(slots, state, x.Counts.N0, x.Counts.N1, _settings.Sequences);
        var y = _graph.Add(ComputeGraph.Scan(states, x, dt, decay, b, c, MainSlots()));
        _graph.Add(ComputeGraph.CopyTo(ComputeGraph.GetRows(slots, OtherSlots()), slots));
        var newStates = ComputeGraph.View(y, new Extent(slots.Counts.Product, 1, 1, 1), y.Strides);
        _graph.Add(ComputeGraph.CopyTo(newStates, slots));
        return y;
    }

    private (GraphTensor Slots, GraphTensor Rows) ConvolutionState(long channels)
    {
        var elements = checked((_model.ConvolutionLength - 1L) * channels);
        var slots = SlotsOf(elements);
        return (slots, StateRows(slots, elements));
    }

    /// <summary>The states of the sequences of this step; one that starts anew finds its own cleared.</summary>
    private GraphTensor StateRows(GraphTensor slots, long elements)
    {
        ClearSlot(slots);
        var rows = _graph.Add(ComputeGraph.GetRows(ComputeGraph.Reshape(slots, elements, _settings.Sequences), MainSlots()));
        _graph.Add(ComputeGraph.CopyTo(ComputeGraph.GetRows(slots, OtherSlots()), slots));
        return rows;
    }

    private void ClearSlot(GraphTensor slots) => _graph.Add(ComputeGraph.View(slots, slots.Counts with { N1 = 1 }, slots.Strides));

    private GraphTensor MainSlots()
        => ComputeGraph.View(_inputs.StateSlots, _inputs.StateSlots.Counts, _inputs.StateSlots.Strides);

    /// <summary>The sequences that are not in this step: none in a reserved graph.</summary>
    private GraphTensor OtherSlots()
        => ComputeGraph.View(_inputs.StateSlots, _inputs.StateSlots.Counts with { N0 = 0 }, _inputs.StateSlots.Strides);

    private GraphTensor SlotsOf(long elements)
        => ComputeGraph.External(CacheType(NativeHost.Gguf.GgufTensorType.F32), new Extent(elements, _settings.Sequences, 1, 1));

    private static GraphTensor Group(GraphTensor x, long length, long groups, long tokens, long sequences)
        => ComputeGraph.View(
            x,
            new Extent(length, groups, tokens, sequences),
            new Extent(x.Strides.N0, checked(length * x.Strides.N0), x.Strides.N1, x.Strides.N2));

    private void RequireState()
    {
        if (_model.InnerWidth < 1 || _model.StateSize < 1 || _model.ConvolutionLength < 2)
        {
            throw new MissingWeightException("ssm_in");
        }
    }
}
