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
        var first = facts.Patterns.Concat(facts.Formats).Select(part => part.Pointer).FirstOrDefault();
        try
        {
            var parts = facts.Formats.ConvertAll(StringFormats.Of);
            parts.AddRange(facts.Patterns.Select(pattern => ByteAutomaton.Of(RegexParser.Parse(pattern.Text(), isSearch: true, pattern.Pointer))));
            if (facts.LeastLength > 0 || facts.MostLength is not null)
            {
                parts.Add(ByteAutomaton.Of(new RepeatNode(AnyCharacter, facts.LeastLength, facts.MostLength)));
            }

            return parts.Aggregate((a, b) => a.And(b));
        }
        catch (ConstraintException fault) when (fault.Place is null && first is not null)
        {
            throw new ConstraintException(fault.Message, first);
        }
    }
}
