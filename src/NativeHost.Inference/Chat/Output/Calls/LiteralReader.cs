using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Makes JSON of a literal of Python, or of Gemma 4's form of one.</summary>
internal sealed class LiteralReader
{
    private const int MaxDepth = 64;

    private readonly string _text;
    private readonly IReadOnlyList<string> _quotes;
    private readonly StringBuilder _json = new();
    private int _at;

    private LiteralReader(string text, IReadOnlyList<string> quotes)
    {
        _text = text;
        _quotes = quotes;
    }

    /// <summary>JSON of the value; a text of all its characters where it is no literal.</summary>
    public static string ToJson(string text, IReadOnlyList<string> quotes)
    {
        var reader = new LiteralReader(text, quotes);
        reader.SkipSpace();
        var isWhole = reader.ReadValue(0);
        reader.SkipSpace();
        return isWhole && reader._at == text.Length ? reader._json.ToString() : CallWriter.Quoted(text.Trim());
    }

    private bool ReadValue(int depth)
    {
        if (depth > MaxDepth)
        {
            return false;
        }

        if (ReadQuoted(out var text))
        {
            _json.Append(CallWriter.Quoted(text));
            return true;
        }

        switch (_at < _text.Length ? _text[_at] : '\0')
        {
            case '[' or '(':
                return ReadList(_text[_at] == '[' ? ']' : ')', depth);
            case '{':
                return ReadDictionary(depth);
            default:
                return ReadWord();
        }
    }

    private bool ReadList(char close, int depth)
    {
        _at++;
        _json.Append('[');
        for (var isFirst = true; ; isFirst = false)
        {
            SkipSpace();
            if (TryTake(close))
            {
                _json.Append(']');
                return true;
            }

            if (!isFirst)
            {
                _json.Append(", ");
            }

            if (!ReadValue(depth + 1))
            {
                return false;
            }

            SkipSpace();
            if (!TryTake(',') && (_at >= _text.Length || _text[_at] != close))
            {
                return false;
            }
        }
    }

    private bool ReadDictionary(int depth)
    {
        _at++;
        _json.Append('{');
        for (var isFirst = true; ; isFirst = false)
        {
            SkipSpace();
            if (TryTake('}'))
            {
                _json.Append('}');
                return true;
            }

            if (!ReadQuoted(out var key))
            {
                var colon = _text.IndexOf(':', _at);
                if (colon < 0)
                {
                    return false;
                }

                key = _text[_at..colon].Trim();
                _at = colon;
            }

            SkipSpace();
            if (!TryTake(':'))
            {
                return false;
            }

            _json.Append(isFirst ? "" : ", ").Append(CallWriter.Quoted(key)).Append(": ");
            SkipSpace();
            if (!ReadValue(depth + 1))
            {
                return false;
            }

            SkipSpace();
            if (!TryTake(',') && (_at >= _text.Length || _text[_at] != '}'))
            {
                return false;
            }
        }
    }

    private bool ReadWord()
    {
        var start = _at;
        while (_at < _text.Length && !",]})".Contains(_text[_at]))
        {
            _at++;
        }

        var word = _text[start.._at].Trim();
        var json = word switch
        {
            // Gemma 4's template writes nothing for null.
            "None" or "null" or "" => "null",
            "True" or "true" => "true",
            "False" or "false" => "false",
            _ => Number(word),
        };
        _json.Append(json ?? CallWriter.Quoted(word));
        return json is not null || word.All(char.IsLetterOrDigit);
    }

    private static string? Number(string word)
    {
        if (!decimal.TryParse(word.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(word);
            return word;
        }
        catch (JsonException)
        {
            // Python also takes 1_000, .5 and +1.
            return number.ToString(CultureInfo.InvariantCulture);
        }
    }

    private bool ReadQuoted(out string text)
    {
        text = "";
        if (_quotes.FirstOrDefault(quote => string.CompareOrdinal(_text, _at, quote, 0, quote.Length) == 0) is not { } mark)
        {
            return false;
        }

        var result = new StringBuilder();
        var at = _at + mark.Length;
        while (string.CompareOrdinal(_text, at, mark, 0, mark.Length) != 0)
        {
            if (at >= _text.Length)
            {
                return false;
            }

            if (_text[at] == '\\' && at + 1 < _text.Length && mark.Length == 1)
            {
                at = ReadEscape(at + 1, result);
            }
            else
            {
                result.Append(_text[at++]);
            }
        }

        _at = at + mark.Length;
        text = result.ToString();
        return true;
    }

    /// <returns>The place behind the escape.</returns>
    private int ReadEscape(int at, StringBuilder result)
    {
        var digits = _text[at] switch { 'x' => 2, 'u' => 4, _ => 0 };
        if (digits > 0 && at + digits < _text.Length
            && ushort.TryParse(_text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            result.Append((char)code);
            return at + 1 + digits;
        }

        switch (_text[at])
        {
            case 'n':
                result.Append('\n');
                break;
            case 't':
                result.Append('\t');
                break;
            case 'r':
                result.Append('\r');
                break;
            case '\\' or '"' or '\'':
                result.Append(_text[at]);
                break;
            case '\n':
                break;
            default:
                result.Append('\\').Append(_text[at]);
                break;
        }

        return at + 1;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool TryTake(char c)
    {
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }

        return false;
    }
}
