using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja;

/// <summary>A text that knows which of its characters are the template's own.</summary>
/// <remarks>
/// Text of the template is trusted; text of the context is not, unless the caller says so. Parts of a text keep their trust, texts that are put
/// together keep it piece by piece. See docs/decisions/0024-chat-templates.md.
/// </remarks>
public sealed class JinjaString : JinjaValue
{
    private readonly bool _startsTrusted;

    // Where trust changes, rising; empty where the whole text has one origin.
    private readonly int[] _flips;

    internal JinjaString(string text, bool startsTrusted, int[] flips)
    {
        Text = text;
        _startsTrusted = startsTrusted;
        _flips = flips;
    }

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>The empty text.</summary>
    internal static JinjaString Empty { get; } = Trusted("");

    internal override string Description => "a text";

    internal override bool IsTrue => Text.Length > 0;

    /// <summary>Whether all of it is the template's own; true of the empty text.</summary>
    internal bool IsTrusted => Text.Length == 0 || (_startsTrusted && _flips.Length == 0);

    internal bool IsUniform => _flips.Length == 0;

    internal int Length => Text.Length;

    /// <summary>A text that may hold special tokens: a constant of the program's or the model's own, such as its end-of-turn token or a role.</summary>
    public static JinjaString Trusted(string text) => new(text, true, []);

    /// <summary>A text of a user's, of a tool, or of a model's answer.</summary>
    public static JinjaString Untrusted(string text) => new(text, false, []);

    /// <summary>Whether a character is the template's own.</summary>
    internal bool IsTrustedAt(int index)
    {
        return _startsTrusted ^ ((FlipsUpTo(index) & 1) == 1);
    }

    /// <summary>A part, which keeps its trust.</summary>
    internal JinjaString Slice(int start, int length, RenderBudget budget)
    {
        if (length <= 0)
        {
            return Empty;
        }

        if (length == Text.Length)
        {
            return this;
        }

        budget.ChargeText(length);
        var part = Text.Substring(start, length);
        if (IsUniform)
        {
            return new JinjaString(part, _startsTrusted, _flips);
        }

        var within = _flips.AsSpan(FlipsUpTo(start)..FlipsUpTo(start + length - 1));
        var flips = new int[within.Length];
        for (var i = 0; i < flips.Length; i++)
        {
            flips[i] = within[i] - start;
        }

        return new JinjaString(part, IsTrustedAt(start), flips);
    }

    /// <summary>The pieces of a part, in order.</summary>
    internal IEnumerable<TextRun> RunsOf(int start, int length)
    {
        var end = start + length;
        var trusted = length > 0 && IsTrustedAt(start);
        for (var i = FlipsUpTo(start); i < _flips.Length && _flips[i] < end; i++)
        {
            yield return new TextRun(start, _flips[i] - start, trusted);
            start = _flips[i];
            trusted = !trusted;
        }

        if (start < end)
        {
            yield return new TextRun(start, end - start, trusted);
        }
    }

    /// <summary>How many times trust changes up to a character, that one included.</summary>
    private int FlipsUpTo(int index)
    {
        var found = Array.BinarySearch(_flips, index);
        return found >= 0 ? found + 1 : ~found;
    }
}
