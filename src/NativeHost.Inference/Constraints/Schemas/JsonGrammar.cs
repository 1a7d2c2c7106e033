using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>The parts of JSON as grammar: space, punctuation, and values of any content. Rules are made when they are first asked for.</summary>
internal sealed class JsonGrammar(Grammar grammar)
{
    /// <summary>Most spaces that a line begins with.</summary>
    public const int DeepestIndent = 24;

    /// <summary>Most digits of a whole number, and of a fraction: all such whole numbers are exact in a double.</summary>
    public const int MostDigits = 15;

    private static readonly GrammarNode Digit = new ByteSetNode(new ByteRange((byte)'0', (byte)'9'));
    private static readonly GrammarNode LeadDigit = new ByteSetNode(new ByteRange((byte)'1', (byte)'9'));

    private RuleNode? _space;
    private RuleNode? _any;
    private RuleNode? _anyObject;
    private RuleNode? _anyArray;

    public Grammar Grammar { get; } = grammar;

    public static GrammarNode Null { get; } = BytesNode.Of("null");

    public static GrammarNode Boolean { get; } = new ChoiceNode(BytesNode.Of("true"), BytesNode.Of("false"));

    public static GrammarNode String { get; } = new JsonStringNode(0, null);

    public static GrammarNode Integer { get; } = new SequenceNode(GrammarNode.Optional(BytesNode.Of("-")), WholePart());

    public static GrammarNode Number { get; } = new SequenceNode(
        Integer,
        GrammarNode.Optional(new SequenceNode(BytesNode.Of("."), new RepeatNode(Digit, 1, MostDigits))),
        GrammarNode.Optional(new SequenceNode(
            new ByteSetNode(new ByteRange((byte)'E', (byte)'E'), new ByteRange((byte)'e', (byte)'e')),
            GrammarNode.Optional(new ByteSetNode(new ByteRange((byte)'+', (byte)'+'), new ByteRange((byte)'-', (byte)'-'))),
            new RepeatNode(Digit, 1, 2))));

    /// <summary>Between brackets and what they hold, and behind commas: nothing, one space, or a line feed and spaces.</summary>
    public GrammarNode Space => _space ??= Grammar.Add("space", new ChoiceNode(
        GrammarNode.Empty,
        BytesNode.Of(" "),
        new SequenceNode(BytesNode.Of("\n"), new RepeatNode(BytesNode.Of(" "), 0, DeepestIndent))));

    /// <summary>A colon, with or without a space behind it.</summary>
    public static GrammarNode Colon { get; } = new SequenceNode(BytesNode.Of(":"), GrammarNode.Optional(BytesNode.Of(" ")));

    public GrammarNode AnyValue
    {
        get
        {
            if (_any is null)
            {
                _any = new RuleNode(Grammar.Declare("value"));
                Grammar.Define(_any.Rule, new ChoiceNode(String, Number, Boolean, Null, AnyObject, AnyArray));
            }

            return _any;
        }
    }

    public GrammarNode AnyObject
    {
        get
        {
            if (_anyObject is null)
            {
                _anyObject = new RuleNode(Grammar.Declare("object"));
                Grammar.Define(_anyObject.Rule, Enclosed('{', new SequenceNode(String, Colon, AnyValue), 0, null, '}'));
            }

            return _anyObject;
        }
    }

    public GrammarNode AnyArray
    {
        get
        {
            if (_anyArray is null)
            {
                _anyArray = new RuleNode(Grammar.Declare("array"));
                Grammar.Define(_anyArray.Rule, Enclosed('[', AnyValue, 0, null, ']'));
            }

            return _anyArray;
        }
    }

    /// <summary>A comma, and space.</summary>
    public GrammarNode Comma => new SequenceNode(BytesNode.Of(","), Space);

    /// <summary>Brackets with the same kind of part in them so many times.</summary>
    public GrammarNode Enclosed(char open, GrammarNode part, int least, int? most, char close)
    {
        var shared = part is RuleNode ? part : Grammar.Add($"part of {open}{close}", part);
        GrammarNode parts = most == 0
            ? GrammarNode.Empty
            : new SequenceNode(shared, new RepeatNode(new SequenceNode(Comma, shared), Math.Max(0, least - 1), most - 1), Space);
        return new SequenceNode(BytesNode.Of(open.ToString()), Space, least == 0 ? GrammarNode.Optional(parts) : parts, BytesNode.Of(close.ToString()));
    }

    private static ChoiceNode WholePart() => new ChoiceNode(BytesNode.Of("0"), new SequenceNode(LeadDigit, new RepeatNode(Digit, 0, MostDigits - 1)));
}
