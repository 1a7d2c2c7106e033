namespace NativeHost.Inference.Chat.Output;

/// <summary>The deltas of one piece of output; neighbours of one kind are put together.</summary>
internal sealed class OutputDeltas
{
    private readonly List<OutputDelta> _deltas = [];

    public IReadOnlyList<OutputDelta> All => _deltas;

    public void Clear() => _deltas.Clear();

    public void Add(OutputDelta delta)
    {
        var isText = delta.Kind is OutputDeltaKind.Content or OutputDeltaKind.Reasoning or OutputDeltaKind.CallArguments;
        if (isText && _deltas.Count > 0 && _deltas[^1] is var last && last.Kind == delta.Kind && last.Index == delta.Index)
        {
            _deltas[^1] = last with { Text = last.Text + delta.Text };
        }
        else
        {
            _deltas.Add(delta);
        }
    }
}
