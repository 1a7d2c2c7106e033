using System.Globalization;
using System.Text;

namespace NativeHost.Inference.Constraints.Grammars;

// Texts, classes of characters, and what a backslash begins.
internal sealed partial class GbnfParser
{
    private BytesNode ReadText()
    {
        _at++;
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != '"')
        {
            text.Append(ReadCharacter().ToString());
        }

        Expect('"');
        return BytesNode.Of(text.ToString());
    }

    private GrammarNode ReadClass()
    {
        _at++;
        var isNegated = _at < _text.Length && _text[_at] == '^';
        _at += isNegated ? 1 : 0;
        var ranges = new List<(int, int)>();
        while (_at < _text.Length && _text[_at] != ']')
        {
            var first = ReadCharacter().Value;
            var last = first;
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                last = ReadCharacter().Value;
            }

            ranges.Add(last >= first ? (first, last) : throw Fault("A range of a class ends before it begins."));
        }

        Expect(']');
        var set = new CodePointSet(ranges);
        return (isNegated ? set.Complement() : set).ToNode();
    }

    private Rune ReadCharacter()
    {
        if (Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw Fault("A character is broken here.");
        }

        _at += length;
        if (rune.Value != '\\')
        {
            return rune;
        }

        if (_at == _text.Length)
        {
            throw Fault("A '\\' stands at the end.");
        }

        var letter = _text[_at++];
        return letter switch
        {
            'n' => new Rune('\n'),
            'r' => new Rune('\r'),
            't' => new Rune('\t'),
            'x' => ReadHex(2),
            'u' => ReadHex(4),
            'U' => ReadHex(8),
            '\\' or '"' or '[' or ']' => new Rune(letter),
            '-' or '^' => new Rune(letter),
            _ => throw Fault($"\\{letter} is no escape: there are \\n \\r \\t \\\\ \\\" \\[ \\] \\xHH \\uHHHH \\UHHHHHHHH."),
        };
    }

    private Rune ReadHex(int digits)
    {
        if (_at + digits <= _text.Length
            && int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && Rune.TryCreate(value, out var rune))
        {
            _at += digits;
            return rune;
        }

        throw Fault($"{digits} hexadecimal digits of a character have to stand here.");
    }
}
