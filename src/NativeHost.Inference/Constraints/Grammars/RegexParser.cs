using System.Globalization;
using System.Text;

namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>Reads regular expressions, a subset of ECMAScript's that .NET reads alike.</summary>
internal sealed partial class RegexParser
{
    private const int LongestPattern = 5_000;
    private const int MostRounds = 100_000;

    private static readonly CodePointSet Digits = new([('0', '9')]);
    private static readonly CodePointSet WordCharacters = new([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);
    private static readonly CodePointSet Spaces = CodePointSet.Of(' ', '\t', '\n', '\r', '\f', '\v');
    private static readonly CodePointSet NotLineEnds = CodePointSet.Of('\n', '\r', '\u2028', '\u2029').Complement();
    private static readonly GrammarNode AnyText = new RepeatNode(CodePointSet.All.ToNode(), 0, null);

    private readonly string _pattern;
    private readonly string? _place;
    private readonly bool _isSearch;
    private int _at;
    private int _depth;

    private RegexParser(string pattern, bool isSearch, string? place) => (_pattern, _isSearch, _place) = (pattern, isSearch, place);

    /// <param name="isSearch">Whether it has to match only a part of the text, where it has no <c>^</c> and <c>$</c>.</param>
    /// <param name="place">Where the pattern stands, for messages.</param>
    /// <exception cref="ConstraintException">It is malformed, or uses what is not supported.</exception>
    public static GrammarNode Parse(string pattern, bool isSearch = false, string? place = null)
    {
        if (pattern.Length > LongestPattern)
        {
            throw new ConstraintException($"The pattern has {pattern.Length:N0} characters; at most {LongestPattern:N0} are read. Make it shorter.", place);
        }

        var parser = new RegexParser(pattern, isSearch, place);
        var node = parser.ReadAlternatives(isTop: true);
        return parser._at == pattern.Length ? node : throw parser.Fault("A ')' has no '('. Write \\) for the character.");
    }

    private GrammarNode ReadAlternatives(bool isTop)
    {
        if (++_depth > ConstraintLimits.Depth)
        {
            throw Fault($"Groups are nested more than {ConstraintLimits.Depth} deep. Make the pattern simpler.");
        }

        var options = new List<GrammarNode>();
        do
        {
            options.Add(ReadSequence(isTop));
        }
        while (Take('|'));
        _depth--;
        return options.Count == 1 ? options[0] : new ChoiceNode([.. options]);
    }

    private GrammarNode ReadSequence(bool isTop)
    {
        var parts = new List<GrammarNode>();
        var isFromStart = false;
        while (isTop && Take('^'))
        {
            isFromStart = true;
        }

        var isToEnd = false;
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            if (isTop && Take('$'))
            {
                isToEnd = true;
            }
            else if (isToEnd)
            {
                throw Fault("'$' stands before more characters, so that nothing can match.");
            }
            else
            {
                parts.Add(ReadRepeated());
            }
        }

        if (_isSearch && isTop)
        {
            parts.InsertRange(0, isFromStart ? [] : [AnyText]);
            parts.AddRange(isToEnd ? [] : [AnyText]);
        }

        return parts.Count == 1 ? parts[0] : new SequenceNode([.. parts]);
    }

    private GrammarNode ReadRepeated()
    {
        var node = ReadOne();
        if (_at < _pattern.Length)
        {
            var start = _at;
            var bounds = _pattern[_at] switch
            {
                '*' => (0, null),
                '+' => (1, null),
                '?' => (0, 1),
                '{' => ReadBounds(),
                _ => ((int Least, int? Most)?)null,
            };
            if (bounds is not { } found)
            {
                return node;
            }

            _at += start == _at ? 1 : 0;

            // What is taken first makes no difference to which texts there are.
            Take('?');
            if (_at < _pattern.Length && _pattern[_at] is '*' or '+' or '?' or '{')
            {
                throw Fault("A repetition follows a repetition ('++', 'a{2}{3}'), which is not supported. Put the first into a group: (?:a{2}){3}.");
            }

            node = new RepeatNode(node, found.Least, found.Most);
        }

        return node;
    }

    private (int Least, int? Most) ReadBounds()
    {
        Take('{');
        var least = ReadNumber();
        int? most = least;
        if (Take(','))
        {
            most = _at < _pattern.Length && _pattern[_at] == '}' ? null : ReadNumber();
        }

        if (!Take('}'))
        {
            throw Fault("A '{' begins a repetition such as {2,5}. Write \\{ for the character.");
        }

        return most < least ? throw Fault($"The repetition {{{least},{most}}} ends below where it begins.") : (least, most);
    }

    private int ReadNumber()
    {
        var start = _at;
        while (_at < _pattern.Length && char.IsAsciiDigit(_pattern[_at]))
        {
            _at++;
        }

        return int.TryParse(_pattern.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRounds
            ? number
            : throw Fault($"A repetition needs a number of up to {MostRounds:N0} here.");
    }

    private GrammarNode ReadOne()
    {
        var character = _pattern[_at];
        switch (character)
        {
            case '(':
                _at++;
                SkipGroupStart();
                var group = ReadAlternatives(isTop: false);
                return Take(')') ? group : throw Fault("A '(' has no ')'.");
            case '[':
                return ReadClass().ToNode();
            case '.':
                _at++;
                return NotLineEnds.ToNode();
            case '^' or '$':
                throw Fault($"'{character}' is supported at the pattern's ends only. Write \\{character} for the character.");
            case '*' or '+' or '?' or '{':
                throw Fault($"'{character}' repeats nothing. Write \\{character} for the character.");
            case '\\':
                return ReadEscape(isInClass: false).ToNode();
            default:
                return BytesNode.Of(ReadRune().ToString());
        }
    }

    private void SkipGroupStart()
    {
        if (!Take('?'))
        {
            return;
        }

        if (Take(':'))
        {
            return;
        }

        var isNamed = _at + 1 < _pattern.Length && _pattern[_at] == '<' && _pattern[_at + 1] is not ('=' or '!');
        var end = _pattern.IndexOf('>', _at);
        if (!isNamed || end < 0)
        {
            throw Fault("Assertions such as (?=…), flags and atomic groups are not supported. Use plain groups.");
        }

        _at = end + 1;
    }

    private Rune ReadRune()
    {
        if (_at == _pattern.Length || Rune.DecodeFromUtf16(_pattern.AsSpan(_at), out var rune, out var length) != System.Buffers.OperationStatus.Done)
        {
            throw Fault("A character is missing or broken here.");
        }

        _at += length;
        return rune;
    }

    private bool Take(char character)
    {
        if (_at < _pattern.Length && _pattern[_at] == character)
        {
            _at++;
            return true;
        }

        return false;
    }

    private ConstraintException Fault(string message) => new($"{message} (At position {_at} of the pattern.)", _place);
}
