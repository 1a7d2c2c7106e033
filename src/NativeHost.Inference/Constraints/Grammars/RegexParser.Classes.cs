using System.Globalization;

namespace NativeHost.Inference.Constraints.Grammars;

// Classes of characters, and what a backslash begins.
internal sealed partial class RegexParser
{
    private CodePointSet ReadClass()
    {
        _at++;
        var isNegated = Take('^');
        var members = new List<CodePointSet>();
        while (!Take(']'))
        {
            if (_at >= _pattern.Length)
            {
                throw Fault("A '[' has no ']'.");
            }

            if (_pattern.AsSpan(_at).StartsWith("[:") || _pattern.AsSpan(_at).StartsWith("-["))
            {
                throw Fault("Named classes ([:alpha:]) and differences of classes are not supported. List the characters.");
            }

            var (first, isSingle) = ReadMember();
            if (isSingle is { } from && _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                _at++;
                var (_, to) = ReadMember();
                first = to >= from ? new CodePointSet([(from, to.Value)]) : throw Fault("A range of a class ends before it begins, or in another class.");
            }

            members.Add(first);
        }

        var set = CodePointSet.Union(members);

        return isNegated ? set.Complement() : set;
    }

    /// <returns>The characters, and where it is one character, that.</returns>
    private (CodePointSet Set, int? Single) ReadMember()
    {
        if (_at < _pattern.Length && _pattern[_at] == '\\')
        {
            var escaped = ReadEscape(isInClass: true);
            return (escaped, escaped.Single);
        }

        var rune = ReadRune();
        return (new CodePointSet([(rune.Value, rune.Value)]), rune.Value);
    }

    private CodePointSet ReadEscape(bool isInClass)
    {
        _at++;
        if (_at == _pattern.Length)
        {
            throw Fault("A '\\' stands at the end. Write \\\\ for the character.");
        }

        var letter = _pattern[_at++];
        return letter switch
        {
            'd' => Digits,
            'D' => Digits.Complement(),
            'w' => WordCharacters,
            'W' => WordCharacters.Complement(),
            's' => Spaces,
            'S' => Spaces.Complement(),
            't' => CodePointSet.Of('\t'),
            'n' => CodePointSet.Of('\n'),
            'r' => CodePointSet.Of('\r'),
            'f' => CodePointSet.Of('\f'),
            'v' => CodePointSet.Of('\v'),
            'b' when isInClass => CodePointSet.Of('\b'),
            'x' => Single(ReadHex(2)),
            'u' => Single(Take('{') ? ReadHexToBrace() : ReadUtf16()),
            'p' => ReadCategory(),
            'P' => ReadCategory().Complement(),
            'b' or 'B' or 'A' or 'Z' or 'z' or 'G' => throw Fault($"\\{letter} (a place between characters) is not supported. Leave it out: the whole text is matched."),
            >= '1' and <= '9' or 'k' => throw Fault("References back to groups are not supported: they are not regular. Spell the alternatives out."),
            '0' => CodePointSet.Of('\0'),
            _ when char.IsAsciiLetter(letter) => throw Fault($"\\{letter} is not supported."),
            _ => Single(ReadRuneAt(_at - 1)),
        };
    }

    private int ReadRuneAt(int at)
    {
        _at = at;
        return ReadRune().Value;
    }

    private static CodePointSet Single(int value) => new([(value, value)]);

    private int ReadUtf16()
    {
        var unit = ReadHex(4);
        if (char.IsHighSurrogate((char)unit) && _pattern.AsSpan(_at).StartsWith("\\u"))
        {
            _at += 2;
            var low = ReadHex(4);
            if (char.IsLowSurrogate((char)low))
            {
                return char.ConvertToUtf32((char)unit, (char)low);
            }
        }

        return char.IsSurrogate((char)unit) ? throw Fault("A surrogate stands alone. Write \\u{…} with the whole character's number.") : unit;
    }

    private int ReadHex(int digits)
    {
        if (_at + digits <= _pattern.Length
            && int.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && value is >= 0 and <= 0x10FFFF)
        {
            _at += digits;
            return value;
        }

        throw Fault($"{digits} hexadecimal digits have to stand here.");
    }

    private int ReadHexToBrace()
    {
        var end = _pattern.IndexOf('}', _at);
        var value = end > _at && end - _at <= 6 ? ReadHex(end - _at) : throw Fault("A character's number stands in braces: \\u{1F600}.");
        _at = end + 1;
        return value is >= 0xD800 and <= 0xDFFF ? throw Fault("A surrogate is no character.") : value;
    }

    private CodePointSet ReadCategory()
    {
        var end = _at < _pattern.Length && _pattern[_at] == '{' ? _pattern.IndexOf('}', _at) : -1;
        if (end < 0)
        {
            throw Fault("A category stands in braces: \\p{L}.");
        }

        var name = _pattern[(_at + 1)..end];
        _at = end + 1;
        return CodePointSet.OfCategory(name) ?? throw Fault($"There is no category '{name}'. Those of Unicode are supported by their short names (L, Lu, Nd, P …), scripts are not.");
    }
}
