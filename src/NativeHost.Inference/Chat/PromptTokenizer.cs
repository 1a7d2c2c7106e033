using System.Buffers;

namespace NativeHost.Inference.Chat;

/// <summary>
/// Turns a prompt's parts into tokens. What a person wrote can never become a control token; where it does not even look like
/// one, the tokens are those of the whole text, so that words are not cut where parts meet.
/// </summary>
internal sealed class PromptTokenizer
{
    private readonly ITokenizer _tokenizer;
    private readonly SearchValues<string> _anyControlText;
    private readonly int _longestControlText;

    public PromptTokenizer(ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        string[] controlTexts = [.. tokenizer.ControlTexts.Where(text => text.Length > 0)];
        _anyControlText = SearchValues.Create(controlTexts, StringComparison.Ordinal);
        _longestControlText = controlTexts.Length == 0 ? 0 : controlTexts.Max(text => text.Length);
    }

    /// <param name="beginsText">Whether the begin-of-text token is put in front where the model wants one.</param>
    public List<Token> Tokenize(IReadOnlyList<PromptPart> parts, bool beginsText = true)
    {
        var tokens = new List<Token>();
        var whole = string.Concat(parts.Select(part => part.Text));
        if (parts.All(part => part.Kind == TextKind.Plain))
        {
            _tokenizer.Tokenize(whole, TextKind.Plain, tokens);
        }
        else if (!PlainTextTouchesControl(whole, parts))
        {
            _tokenizer.Tokenize(whole, TextKind.Control, tokens);
        }
        else
        {
            TokenizeBetweenControlTexts(whole, parts, tokens);
        }

        if (beginsText && _tokenizer.BeginOfText is { } begin && (tokens.Count == 0 || tokens[0] != begin))
        {
            tokens.Insert(0, begin);
        }

        return tokens;
    }

    /// <summary>
    /// Reads control texts only where all of their characters are the template's, and what lies between them as one text: borders of parts
    /// are not borders of words.
    /// </summary>
    private void TokenizeBetweenControlTexts(string whole, IReadOnlyList<PromptPart> parts, List<Token> tokens)
    {
        var plainFrom = 0;
        var start = 0;
        foreach (var part in parts)
        {
            var end = start + part.Text.Length;
            for (var at = start; part.Kind == TextKind.Control && at < end;)
            {
                var next = whole.AsSpan(at, end - at).IndexOfAny(_anyControlText);
                if (next < 0)
                {
                    break;
                }

                at += next;
                var text = LongestControlTextAt(whole.AsSpan(at, end - at));
                _tokenizer.Tokenize(whole[plainFrom..at], TextKind.Plain, tokens);
                _tokenizer.Tokenize(text, TextKind.Control, tokens);
                at += text.Length;
                plainFrom = at;
            }

            start = end;
        }

        _tokenizer.Tokenize(whole[plainFrom..], TextKind.Plain, tokens);
    }

    private string LongestControlTextAt(ReadOnlySpan<char> text)
    {
        var longest = "";
        foreach (var candidate in _tokenizer.ControlTexts)
        {
            if (candidate.Length > longest.Length && text.StartsWith(candidate))
            {
                longest = candidate;
            }
        }

        return longest;
    }

    private bool PlainTextTouchesControl(string whole, IReadOnlyList<PromptPart> parts)
    {
        var start = 0;
        foreach (var part in parts)
        {
            var end = start + part.Text.Length;
            if (part.Kind == TextKind.Plain && ControlTextTouches(whole, start, end))
            {
                return true;
            }

            start = end;
        }

        return false;
    }

    /// <summary>Whether a control text overlaps the characters from start to end, seen together with their surroundings.</summary>
    private bool ControlTextTouches(string whole, int start, int end)
    {
        var at = Math.Max(0, start - _longestControlText + 1);
        while (at < end)
        {
            var next = whole.AsSpan(at, Math.Min(whole.Length, end + _longestControlText) - at).IndexOfAny(_anyControlText);
            if (next < 0 || at + next >= end)
            {
                return false;
            }

            at += next;
            if (at >= start || _tokenizer.ControlTexts.Any(text => Covers(whole, at, text, start)))
            {
                return true;
            }

            at++;
        }

        return false;
    }

    private static bool Covers(string whole, int at, string text, int position) =>
        at + text.Length > position && string.CompareOrdinal(whole, at, text, 0, text.Length) == 0;
}
