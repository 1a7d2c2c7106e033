using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Strings of a schema as grammar.</summary>
internal static class StringNodes
{
    private static readonly GrammarNode AnyCharacter = CodePointSet.All.ToNode();

    /// <exception cref="ConstraintException">A pattern or format is malformed, not supported or too large.</exception>
    public static GrammarNode Of(SchemaFacts facts)
    {
        if (facts.MostLength < facts.LeastLength)
        {
            return GrammarNode.Never;
        }

        return facts.Patterns.Count + facts.Formats.Count == 0
            ? new JsonStringNode(facts.LeastLength, facts.MostLength)
            : Quoted(ContentOf(facts));
    }

    /// <summary>Whether a text is allowed.</summary>
    public static bool Allows(SchemaFacts facts, string text) => !facts.HasStringRules || ContentOf(facts).Matches(System.Text.Encoding.UTF8.GetBytes(text));

    public static GrammarNode Quoted(ByteAutomaton content)
    {
        var quote = BytesNode.Of("\"");
        return new SequenceNode(quote, new DeterministicNode(content, IsJsonContent: true), quote);
    }

    private static ByteAutomaton ContentOf(SchemaFacts facts)
    {
        var nodes = facts.Patterns.Select(pattern => (pattern.Pointer, Node: RegexParser.Parse(pattern.Text(), isSearch: true, pattern.Pointer)))
            .Concat(facts.Formats.Select(format => (format.Pointer, Node: StringFormats.Of(format)))).ToList();
        try
        {
            if (facts.LeastLength > 0 || facts.MostLength is not null)
            {
                nodes.Add((nodes.Count > 0 ? nodes[0].Pointer : "#", new RepeatNode(AnyCharacter, facts.LeastLength, facts.MostLength)));
            }

            return nodes.Select(node => ByteAutomaton.Of(node.Node)).Aggregate((a, b) => a.And(b));
        }
        catch (ConstraintException fault) when (fault.Place is null && nodes.Count > 0)
        {
            throw new ConstraintException(fault.Message, nodes[0].Pointer);
        }
    }
}
