using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Strings of a schema as grammar.</summary>
internal static class StringNodes
{
    private const int MostPatterns = 8;

    private static readonly GrammarNode AnyCharacter = CodePointSet.All.ToNode();

    /// <exception cref="ConstraintException">A pattern or format is malformed, not supported or too large.</exception>
    public static GrammarNode Of(SchemaFacts facts, Grammar grammar)
    {
        if (facts.MostLength < facts.LeastLength)
        {
            return GrammarNode.Never;
        }

        return facts.Patterns.Count + facts.Formats.Count == 0
            ? new JsonStringNode(facts.LeastLength, facts.MostLength)
            : Quoted(ContentOf(facts, grammar));
    }

    /// <summary>Whether a text is allowed.</summary>
    public static bool Allows(SchemaFacts facts, string text, Grammar grammar) => !facts.HasStringRules || (facts.Content ??= ContentOf(facts, grammar)).Matches(System.Text.Encoding.UTF8.GetBytes(text));

    public static GrammarNode Quoted(ByteAutomaton content)
    {
        var quote = BytesNode.Of("\"");
        return new SequenceNode(quote, new DeterministicNode(content, IsJsonContent: true), quote);
    }

    private static ByteAutomaton ContentOf(SchemaFacts facts, Grammar grammar)
    {
        if (facts.Patterns.Count + facts.Formats.Count > MostPatterns)
        {
            throw facts.Patterns.Concat(facts.Formats).First().Fault($"More than {MostPatterns} patterns and formats of one string are not supported together.");
        }

        var first = facts.Patterns.Concat(facts.Formats).Select(part => part.Pointer).FirstOrDefault();
        try
        {
            var parts = facts.Formats.ConvertAll(StringFormats.Of);
            parts.AddRange(facts.Patterns.Select(pattern => grammar.Count(ByteAutomaton.Of(RegexParser.Parse(pattern.Text(), isSearch: true, pattern.Pointer)))));
            if (facts.LeastLength > 0 || facts.MostLength is not null)
            {
                parts.Add(grammar.Count(ByteAutomaton.Of(new RepeatNode(AnyCharacter, facts.LeastLength, facts.MostLength))));
            }

            return parts.Aggregate((a, b) => grammar.Count(a.And(b)));
        }
        catch (ConstraintException fault) when (fault.Place is null && first is not null)
        {
            throw new ConstraintException(fault.Message, first);
        }
    }
}
