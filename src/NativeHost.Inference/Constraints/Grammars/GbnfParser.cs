using System.Globalization;

namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>Reads grammars in llama.cpp's notation.</summary>
/// <remarks>
/// A rule is <c>name ::= alternatives</c>. Alternatives: <c>"text"</c>, <c>[class]</c>, <c>.</c>, names, <c>( )</c>, followed by <c>* + ? {n} {n,} {n,m}</c>, and <c>|</c>.
/// A line ends a rule, but within parentheses and after <c>::=</c> and <c>|</c>. <c>#</c> begins a comment.
/// </remarks>
internal sealed partial class GbnfParser
{
    private const int MostRounds = 100_000;
    private const int LongestGrammar = 200_000;
    private const int MostSuffixes = 10;

    private readonly string _text;
    private readonly Grammar _grammar;
    private readonly Dictionary<string, int> _rules = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;

    private GbnfParser(string text, Grammar grammar) => (_text, _grammar) = (text, grammar);

    /// <summary>Adds the rules to a grammar.</summary>
    /// <returns>The rule <c>root</c>.</returns>
    /// <exception cref="ConstraintException">It is malformed, or uses what is not supported.</exception>
    public static GrammarNode Parse(string text, Grammar grammar)
    {
        if (text.Length > LongestGrammar)
        {
            throw new ConstraintException($"The grammar has {text.Length:N0} characters; at most {LongestGrammar:N0} are read. Make it smaller.");
        }

        var parser = new GbnfParser(text, grammar);
        parser.SkipSpace(linesToo: true);
        while (parser._at < text.Length)
        {
            parser.ReadRule();
        }

        foreach (var (name, rule) in parser._rules)
        {
            if (!grammar.IsDefined(rule))
            {
                throw new ConstraintException("The grammar refers to this rule, but does not define it. Add it.", name);
            }
        }

        return parser._rules.TryGetValue("root", out var root)
            ? new RuleNode(root)
            : throw new ConstraintException("The grammar has no rule 'root', where texts begin. Add: root ::= …");
    }

    private void ReadRule()
    {
        var name = ReadName();
        SkipSpace(linesToo: false);
        if (!_text.AsSpan(_at).StartsWith("::="))
        {
            throw Fault($"'::=' has to follow the rule's name '{name}'.");
        }

        _at += 3;
        SkipSpace(linesToo: true);
        var rule = RuleOf(name);
        if (_grammar.IsDefined(rule))
        {
            throw new ConstraintException("The rule is defined twice. Keep one of them.", name);
        }

        _grammar.Define(rule, ReadAlternatives(isInGroup: false));
        if (_at < _text.Length && _text[_at] is not ('\n' or '\r'))
        {
            throw Fault($"'{_text[_at]}' is not expected here.");
        }

        SkipSpace(linesToo: true);
    }

    private GrammarNode ReadAlternatives(bool isInGroup)
    {
        if (++_depth > ConstraintLimits.Depth)
        {
            throw Fault($"Groups are nested more than {ConstraintLimits.Depth} deep. Make rules of them.");
        }

        var options = new List<GrammarNode> { ReadSequence(isInGroup) };
        while (_at < _text.Length && _text[_at] == '|')
        {
            _at++;
            SkipSpace(linesToo: true);
            options.Add(ReadSequence(isInGroup));
        }

        _depth--;
        return options.Count == 1 ? options[0] : new ChoiceNode([.. options]);
    }

    private GrammarNode ReadSequence(bool isInGroup)
    {
        var parts = new List<GrammarNode>();
        while (_at < _text.Length && ReadOne(isInGroup) is { } part)
        {
            parts.Add(ReadRepeats(part, isInGroup));
        }

        return parts.Count == 1 ? parts[0] : new SequenceNode([.. parts]);
    }

    /// <returns>Null where something else stands here.</returns>
    private GrammarNode? ReadOne(bool isInGroup)
    {
        GrammarNode node;
        switch (_text[_at])
        {
            case '"':
                node = ReadText();
                break;
            case '[':
                node = ReadClass();
                break;
            case '.':
                _at++;
                node = CodePointSet.All.ToNode();
                break;
            case '(':
                _at++;
                SkipSpace(linesToo: true);
                node = ReadAlternatives(isInGroup: true);
                Expect(')');
                break;
            case '<' or '!':
                throw Fault("Tokens in a grammar (<…>) are not supported. Write their text in quotes.");
            case var letter when IsNamePart(letter):
                node = new RuleNode(RuleOf(ReadName()));
                break;
            default:
                return null;
        }

        SkipSpace(isInGroup);
        return node;
    }

    private GrammarNode ReadRepeats(GrammarNode node, bool isInGroup)
    {
        for (var suffixes = 0; _at < _text.Length && _text[_at] is '*' or '+' or '?' or '{'; suffixes++)
        {
            if (suffixes == MostSuffixes)
            {
                throw Fault($"More than {MostSuffixes} repetitions of one thing stand here.");
            }

            var (least, most) = _text[_at++] switch
            {
                '*' => (0, (int?)null),
                '+' => (1, null),
                '?' => (0, 1),
                _ => ReadBounds(),
            };
            node = new RepeatNode(node, least, most);
            SkipSpace(isInGroup);
        }

        return node;
    }

    private (int Least, int? Most) ReadBounds()
    {
        SkipSpace(linesToo: false);
        var least = _at < _text.Length && _text[_at] == ',' ? 0 : ReadNumber();
        int? most = least;
        SkipSpace(linesToo: false);
        if (_at < _text.Length && _text[_at] == ',')
        {
            _at++;
            SkipSpace(linesToo: false);
            most = _at < _text.Length && _text[_at] == '}' ? null : ReadNumber();
            SkipSpace(linesToo: false);
        }

        Expect('}');
        return most < least ? throw Fault($"The repetition {{{least},{most}}} ends below where it begins.") : (least, most);
    }

    private int ReadNumber()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return int.TryParse(_text.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostRounds
            ? number
            : throw Fault($"A repetition needs a number of up to {MostRounds:N0} here.");
    }

    private int RuleOf(string name)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            rule = _rules[name] = _grammar.Declare(name);
        }

        return rule;
    }

    private string ReadName()
    {
        var start = _at;
        while (_at < _text.Length && IsNamePart(_text[_at]))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : throw Fault("A rule's name has to stand here: letters, digits and hyphens.");
    }

    private static bool IsNamePart(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    private void SkipSpace(bool linesToo)
    {
        while (_at < _text.Length)
        {
            if (_text[_at] == '#')
            {
                while (_at < _text.Length && _text[_at] is not ('\n' or '\r'))
                {
                    _at++;
                }
            }
            else if (_text[_at] is ' ' or '\t' || (linesToo && _text[_at] is ('\n' or '\r')))
            {
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    private void Expect(char character)
    {
        if (_at == _text.Length || _text[_at] != character)
        {
            throw Fault($"A '{character}' is missing here.");
        }

        _at++;
    }

    private ConstraintException Fault(string message)
    {
        var line = 1 + _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n');
        return new ConstraintException(message, $"line {line}");
    }
}
