using System.Text;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Puts a text together and remembers which pieces of it are trusted.</summary>
/// <param name="budget">What the characters are counted in.</param>
/// <param name="maxCharacters">How long the text may get.</param>
internal sealed class TextBuilder(RenderBudget budget, int maxCharacters = int.MaxValue)
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _flips = [];
    private bool _startsTrusted;
    private bool _endsTrusted;

    public void Append(ReadOnlySpan<char> text, bool isTrusted)
    {
        if (text.IsEmpty)
        {
            return;
        }

        budget.ChargeText(text.Length);
        if (_text.Length > maxCharacters - text.Length)
        {
            throw JinjaFailure.Limit($"The template makes more than {maxCharacters} characters; it loops, or the conversation is too long for it.");
        }

        if (_text.Length == 0)
        {
            _startsTrusted = isTrusted;
        }
        else if (isTrusted != _endsTrusted)
        {
            budget.Step();
            _flips.Add(_text.Length);
        }

        _endsTrusted = isTrusted;
        _text.Append(text);
    }

    public void Append(JinjaString text)
    {
        if (text.IsUniform)
        {
            Append(text.Text, text.IsTrusted);
        }
        else
        {
            Append(text, 0, text.Length);
        }
    }

    public void Append(JinjaString text, int start, int length)
    {
        foreach (var run in text.RunsOf(start, length))
        {
            Append(text.Text.AsSpan(run.Start, run.Length), run.IsTrusted);
        }
    }

    public JinjaString ToText() => _text.Length == 0 ? JinjaString.Empty : new JinjaString(_text.ToString(), _startsTrusted, [.. _flips]);
}
