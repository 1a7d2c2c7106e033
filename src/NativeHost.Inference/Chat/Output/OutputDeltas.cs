using System.Text;

namespace NativeHost.Inference.Chat.Output;

/// <summary>The deltas of one piece of output; neighbours of one kind are put together.</summary>
internal sealed class OutputDeltas
{
    private readonly List<OutputDelta> _deltas = [];
    private readonly StringBuilder _text = new();

    /// <summary>All of them; valid until the next is added.</summary>
    public IReadOnlyList<OutputDelta> All
    {
        get
        {
            Flush();
            return _deltas;
        }
    }

    public void Clear()
    {
        _deltas.Clear();
        _text.Clear();
    }

    public void Add(OutputDelta delta)
    {
        if (_text.Length == 0 || _deltas[^1].Kind != delta.Kind || _deltas[^1].Index != delta.Index)
        {
            Flush();
            _deltas.Add(delta);
        }

        _text.Append(delta.Text);
    }

    private void Flush()
    {
        if (_text.Length > 0)
        {
            _deltas[^1] = _deltas[^1] with { Text = _text.ToString() };
            _text.Clear();
        }
    }
}
