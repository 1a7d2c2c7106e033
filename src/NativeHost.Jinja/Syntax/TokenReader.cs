using System.Globalization;
using System.Text;

namespace NativeHost.Jinja.Syntax;

/// <summary>Reads one token inside a tag.</summary>
internal static class TokenReader
{
    // The longest first: "//" is not "/" twice.
    private static readonly string[] Signs =
        ["**", "//", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "~", "+", "-", "*", "/", "%", "<", ">", "="];

    /// <summary>Reads the token at <paramref name="at"/>, which is not whitespace, and goes behind it.</summary>
    public static Token Read(string source, ref int at)
    {
        var start = at;
        var first = source[at];
        if (char.IsLetter(first) || first == '_')
        {
            while (at < source.Length && (char.IsLetterOrDigit(source[at]) || source[at] == '_'))
            {
                at++;
            }

            return new Token(TokenKind.Name, source[start..at], start);
        }

        if (char.IsAsciiDigit(first))
        {
            return ReadNumber(source, ref at);
        }

        if (first is '"' or '\'')
        {
            return ReadString(source, ref at);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(source, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new Token(TokenKind.Sign, sign, start);
            }
        }

        throw JinjaException.At(source, at, JinjaErrorKind.Syntax, $"The character {first} has no meaning here; a text needs quotes around it.");
    }

    private static Token ReadNumber(string source, ref int at)
    {
        var start = at;
        var isFloat = false;
        SkipDigits(source, ref at);
        if (at + 1 < source.Length && source[at] == '.' && char.IsAsciiDigit(source[at + 1]))
        {
            isFloat = true;
            at++;
            SkipDigits(source, ref at);
        }

        if (at < source.Length && source[at] is 'e' or 'E')
        {
            var digits = at + 1 < source.Length && source[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (digits < source.Length && char.IsAsciiDigit(source[digits]))
            {
                isFloat = true;
                at = digits;
                SkipDigits(source, ref at);
            }
        }

        var text = source[start..at].Replace("_", "", StringComparison.Ordinal);
        if (!isFloat && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw JinjaException.At(source, start, JinjaErrorKind.Syntax, $"The integer {text} does not fit into 64 bits; write it as a float.");
        }

        return new Token(isFloat ? TokenKind.FloatLiteral : TokenKind.IntegerLiteral, text, start);
    }

    private static void SkipDigits(string source, ref int at)
    {
        while (at < source.Length && (char.IsAsciiDigit(source[at]) || (source[at] == '_' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1]))))
        {
            at++;
        }
    }

    private static Token ReadString(string source, ref int at)
    {
        var start = at;
        var quote = source[at++];
        var text = new StringBuilder();
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] == '\\' && at + 1 < source.Length)
            {
                at++;
                ReadEscape(source, ref at, text);
            }
            else
            {
                text.Append(source[at++]);
            }
        }

        if (at >= source.Length)
        {
            throw JinjaException.At(source, start, JinjaErrorKind.Syntax, $"This text has no end; close it with {quote}.");
        }

        at++;
        return new Token(TokenKind.StringLiteral, text.ToString(), start);
    }

    /// <summary>Python's escapes; a backslash before anything else stays.</summary>
    private static void ReadEscape(string source, ref int at, StringBuilder text)
    {
        var letter = source[at++];
        switch (letter)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case 'a': text.Append('\a'); break;
            case '0': text.Append('\0'); break;
            case '\\' or '\'' or '"': text.Append(letter); break;
            case '\n': break;
            case 'x' when TryReadHex(source, ref at, 2, out var code): text.Append((char)code); break;
            case 'u' when TryReadHex(source, ref at, 4, out var code): text.Append((char)code); break;
            case 'U' when TryReadHex(source, ref at, 8, out var code) && Rune.IsValid(code): text.Append(new Rune(code).ToString()); break;
            default: text.Append('\\').Append(letter); break;
        }
    }

    private static bool TryReadHex(string source, ref int at, int digits, out int code)
    {
        code = 0;
        if (at + digits > source.Length
            || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code))
        {
            return false;
        }

        at += digits;
        return true;
    }
}
