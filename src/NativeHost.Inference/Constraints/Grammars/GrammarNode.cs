using NativeHost.Inference.Constraints.Automata;

namespace NativeHost.Inference.Constraints.Grammars;

/// <summary>A set of byte sequences, described by how they are put together. Immutable.</summary>
internal abstract record GrammarNode
{
    /// <summary>The empty text alone.</summary>
    public static readonly GrammarNode Empty = new SequenceNode();

    /// <summary>No text at all.</summary>
    public static readonly GrammarNode Never = new ChoiceNode();

    public static GrammarNode Optional(GrammarNode node) => new RepeatNode(node, 0, 1);
}

/// <summary>Exactly these bytes.</summary>
internal sealed record BytesNode(byte[] Bytes) : GrammarNode
{
    public static BytesNode Of(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));
}

/// <summary>One byte of any of the ranges, which do not overlap.</summary>
internal sealed record ByteSetNode(params ByteRange[] Ranges) : GrammarNode;

/// <summary>Bytes from the first to the last, both included.</summary>
internal readonly record struct ByteRange(byte First, byte Last);

/// <summary>One after the other.</summary>
internal sealed record SequenceNode(params GrammarNode[] Parts) : GrammarNode;

/// <summary>One of them.</summary>
internal sealed record ChoiceNode(params GrammarNode[] Options) : GrammarNode;

/// <param name="Most">Null for any number.</param>
internal sealed record RepeatNode(GrammarNode Body, int Least, int? Most) : GrammarNode;

/// <summary>What a rule of the same grammar describes.</summary>
internal sealed record RuleNode(int Rule) : GrammarNode;

/// <summary>A control token, which has no bytes.</summary>
internal sealed record ControlNode(Token Token) : GrammarNode;

/// <summary>A JSON string with its quotes, any content, of so many characters (code points).</summary>
internal sealed record JsonStringNode(int Least, int? Most) : GrammarNode;

/// <summary>The texts of a deterministic automaton.</summary>
/// <param name="IsJsonContent">Whether they are the content of a JSON string, and so are spelled with its escapes.</param>
internal sealed record DeterministicNode(ByteAutomaton Automaton, bool IsJsonContent) : GrammarNode;

/// <summary>Any text up to and with the first appearance of one of the triggers, and what follows that one.</summary>
/// <param name="MayEnd">Whether the text may also end without a trigger.</param>
internal sealed record UntilNode(TriggerNode[] Triggers, bool MayEnd) : GrammarNode;

/// <param name="Bytes">Text of the trigger; null where it is a control token.</param>
internal sealed record TriggerNode(byte[]? Bytes, Token Control, GrammarNode Then);
