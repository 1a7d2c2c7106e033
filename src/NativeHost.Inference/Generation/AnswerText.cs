namespace NativeHost.Inference.Generation;

/// <summary>The text of one answer as it grows: whole characters, up to a stop text.</summary>
internal sealed class AnswerText(IReadOnlyList<string> stopTexts)
{
    private readonly OutputBuffer _text = new();
    private readonly Utf8Assembler _assembler = new();
    private readonly StopTextMatcher _matcher = new(stopTexts);

    // Everything before it was handed out; what follows may still become a stop text.
    private int _released;

    /// <summary>The stop text that ended the answer; null while there is none.</summary>
    public string? StopText { get; private set; }

    /// <summary>All that was handed out.</summary>
    public ReadOnlyMemory<byte> Released => _text.Slice(0, _released);

    /// <summary>Adds a token's bytes.</summary>
    /// <returns>The characters that can be shown now, perhaps none. They stay valid.</returns>
    public ReadOnlyMemory<byte> Append(ReadOnlySpan<byte> piece)
    {
        _assembler.Write(piece, _text);
        var tail = _text.From(_released);
        StopText = _matcher.Find(tail, out var start);
        if (StopText is null)
        {
            return Release(_text.Count - _matcher.HeldBytes(tail));
        }

        _text.Truncate(_released + start);
        return Release(_text.Count);
    }

    /// <summary>Ends the answer.</summary>
    /// <returns>The characters that were held back, perhaps none.</returns>
    public ReadOnlyMemory<byte> Finish()
    {
        if (StopText is null)
        {
            _assembler.Flush(_text);
        }

        return Release(_text.Count);
    }

    private ReadOnlyMemory<byte> Release(int end)
    {
        var slice = _text.Slice(_released, end - _released);
        _released = end;
        return slice;
    }
}
