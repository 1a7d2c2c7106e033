using System.Text;

namespace NativeHost.Inference.Chat.Output;

/// <summary>Passes on what a model wrote for people to read. Whitespace waits for what follows it: around reasoning and calls there is none.</summary>
internal sealed class ShownText(OutputDeltas deltas, TextCursor cursor)
{
    private readonly StringBuilder _space = new();
    private bool _skipsSpace;

    /// <summary>Whether there was any answer yet, or any since the last calls.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Passes on some characters from the cursor's place and goes behind them.</summary>
    public void Write(OutputDeltaKind kind, int length)
    {
        var text = cursor.Rest[..length];
        var shown = text.TrimEnd();
        var space = text[shown.Length..];
        if (shown.Length > 0)
        {
            shown = _skipsSpace ? shown.TrimStart() : shown;
            _skipsSpace = false;
            Show(kind, _space.Append(shown).ToString());
            _space.Clear();
        }

        if (!_skipsSpace)
        {
            _space.Append(space);
        }

        cursor.Advance(length);
        cursor.Commit();
    }

    /// <summary>Drops the whitespace before and behind something that is no text for people.</summary>
    public void DropSpace()
    {
        _space.Clear();
        _skipsSpace = true;
        cursor.Commit();
    }

    /// <summary>Drops whitespace, and lets what follows be the start of an answer.</summary>
    public void BeginAgain()
    {
        DropSpace();
        HasContent = false;
    }

    /// <summary>Passes on the whitespace at the answer's end.</summary>
    public void End() => Show(OutputDeltaKind.Content, _space.ToString());

    private void Show(OutputDeltaKind kind, string text)
    {
        HasContent |= kind == OutputDeltaKind.Content;
        if (text.Length > 0)
        {
            deltas.Add(new OutputDelta(kind, text));
        }
    }
}
