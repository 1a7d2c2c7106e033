namespace NativeHost.Jinja.Syntax;

/// <summary>Cuts a template into texts, tags and the tokens in them, with the whitespace rules that chat templates are written for.</summary>
/// <remarks>
/// <c>trim_blocks</c>: the line end after a tag or comment is dropped. <c>lstrip_blocks</c>: blanks between the beginning of a line and a tag or
/// comment are dropped. A minus drops all whitespace on its side, a plus none. One line end at the very end is dropped.
/// </remarks>
internal sealed class Lexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;

    // Whether text that begins here stands at the beginning of a line.
    private bool _atLineStart = true;

    private Lexer(string source)
    {
        _source = source;
    }

    /// <param name="source">With line feeds only, see <see cref="Normalize"/>.</param>
    public static List<Token> Read(string source)
    {
        var lexer = new Lexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    /// <summary>The source with one kind of line end and without the last one.</summary>
    public static string Normalize(string source)
    {
        if (source.Contains('\r', StringComparison.Ordinal))
        {
            source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        }

        return source.EndsWith('\n') ? source[..^1] : source;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            var open = FindOpen();
            if (open < 0)
            {
                AddText(_at, _source.Length);
                break;
            }

            var kind = _source[open + 1];
            var mark = open + 2 < _source.Length ? _source[open + 2] : '\0';
            AddText(_at, TextEnd(open, kind, mark));
            _at = open + 2 + (mark is '-' || (mark is '+' && kind != '{') ? 1 : 0);
            switch (kind)
            {
                case '#':
                    SkipComment(open);
                    break;
                case '{':
                    ReadInside(open, TokenKind.OpenPrint, TokenKind.ClosePrint, "}}");
                    break;
                default:
                    if (!TryReadRaw(open))
                    {
                        ReadInside(open, TokenKind.OpenTag, TokenKind.CloseTag, "%}");
                    }

                    break;
            }
        }

        _tokens.Add(new Token(TokenKind.End, "", _source.Length));
    }

    private int FindOpen()
    {
        for (var at = _at; ; at++)
        {
            at = _source.IndexOf('{', at);
            if (at < 0 || at + 1 >= _source.Length)
            {
                return -1;
            }

            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }
    }

    /// <summary>Where the text before a tag ends, once its mark and lstrip_blocks have had their way.</summary>
    private int TextEnd(int open, char kind, char mark)
    {
        var end = open;
        if (mark == '-')
        {
            while (end > _at && char.IsWhiteSpace(_source[end - 1]))
            {
                end--;
            }

            return end;
        }

        if (kind == '{' || mark == '+')
        {
            return end;
        }

        while (end > _at && char.IsWhiteSpace(_source[end - 1]) && _source[end - 1] != '\n')
        {
            end--;
        }

        var startsLine = end > _at ? _source[end - 1] == '\n' : _atLineStart;
        return startsLine ? end : open;
    }

    private void AddText(int start, int end)
    {
        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Text, _source[start..end], start));
        }
    }

    private void SkipComment(int open)
    {
        var close = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw Fail(open, "This comment has no end; close it with #}.");
        }

        var mark = close > _at ? _source[close - 1] : '\0';
        _at = close + 2;
        SkipAfter(mark, trimsLine: true);
    }

    /// <summary>What lies between raw and endraw is text.</summary>
    private bool TryReadRaw(int open)
    {
        var at = SkipBlanks(_at);
        if (!_source.AsSpan(at).StartsWith("raw", StringComparison.Ordinal))
        {
            return false;
        }

        at = SkipBlanks(at + "raw".Length);
        var mark = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
        if (!_source.AsSpan(at).StartsWith("%}", StringComparison.Ordinal))
        {
            return false;
        }

        _at = at + 2;
        SkipAfter(mark, trimsLine: false);
        var close = FindEndOfRaw(open, out var closeMark, out var after, out var endMark);
        var end = TextEnd(close, '%', closeMark);
        AddText(_at, end);
        _at = after;
        SkipAfter(endMark, trimsLine: true);
        return true;
    }

    private int FindEndOfRaw(int open, out char closeMark, out int after, out char endMark)
    {
        for (var close = _source.IndexOf("{%", _at, StringComparison.Ordinal); close >= 0; close = _source.IndexOf("{%", close + 2, StringComparison.Ordinal))
        {
            var at = close + 2;
            closeMark = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            at = SkipBlanks(at);
            if (!_source.AsSpan(at).StartsWith("endraw", StringComparison.Ordinal))
            {
                continue;
            }

            at = SkipBlanks(at + "endraw".Length);
            endMark = at < _source.Length && _source[at] is '-' or '+' ? _source[at++] : '\0';
            if (_source.AsSpan(at).StartsWith("%}", StringComparison.Ordinal))
            {
                after = at + 2;
                return close;
            }
        }

        throw Fail(open, "This raw block has no end; close it with {% endraw %}.");
    }

    private void ReadInside(int open, TokenKind opening, TokenKind closing, string end)
    {
        _tokens.Add(new Token(opening, end, open));
        var braces = 0;
        while (true)
        {
            _at = SkipBlanks(_at);
            if (_at >= _source.Length)
            {
                throw Fail(open, $"This tag has no end; close it with {end}.");
            }

            var mark = _source[_at];
            var close = mark is '-' or '+' ? _at + 1 : _at;
            if (braces == 0 && string.CompareOrdinal(_source, close, end, 0, end.Length) == 0 && !(mark == '+' && end == "}}"))
            {
                _tokens.Add(new Token(closing, end, _at));
                _at = close + end.Length;
                SkipAfter(mark, trimsLine: end == "%}");
                return;
            }

            var token = TokenReader.Read(_source, ref _at);
            braces += token switch
            {
                { Kind: TokenKind.Sign, Text: "{" } => 1,
                { Kind: TokenKind.Sign, Text: "}" } => -1,
                _ => 0,
            };
            _tokens.Add(token);
        }
    }

    /// <summary>Drops what the closing mark and trim_blocks drop.</summary>
    private void SkipAfter(char mark, bool trimsLine)
    {
        var start = _at;
        if (mark == '-')
        {
            _at = SkipBlanks(_at);
        }
        else if (trimsLine && mark != '+' && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
        }

        _atLineStart = _at > start && _source[_at - 1] == '\n';
    }

    private int SkipBlanks(int at)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
        {
            at++;
        }

        return at;
    }

    private JinjaException Fail(int offset, string reason) => JinjaException.At(_source, offset, JinjaErrorKind.Syntax, reason);
}
