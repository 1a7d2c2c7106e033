using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Objects of a schema as grammar: the declared properties in their order, then others where they are allowed.</summary>
internal sealed class ObjectNodes(JsonGrammar json, Func<List<SchemaPart>, GrammarNode> translate)
{
    private static readonly ByteAutomaton AnyKey = ByteAutomaton.Of(new RepeatNode(CodePointSet.All.ToNode(), 0, null));

    private readonly SequenceNode _end = new(json.Space, BytesNode.Of("}"));

    /// <param name="name">Of the rules that are made, for messages.</param>
    public GrammarNode Of(SchemaFacts facts, string name)
    {
        var names = facts.Objects.SelectMany(part => part.Properties).Select(property => property.Key).Concat(facts.Required).Distinct().ToList();
        var patterns = PatternsOf(facts);
        var properties = names.ConvertAll(property => (Name: property, Schemas: SchemasOf(facts, property, patterns)));
        var others = OthersOf(facts, names, patterns, name);
        if (names.Count == 0)
        {
            return Map(facts, others);
        }

        CheckCounts(facts, names.Count, others);
        return new SequenceNode(BytesNode.Of("{"), json.Space, Chain(properties, facts.Required, others, name));
    }

    /// <summary>The rules for what may come from a property on: before and behind the first comma. Made from the last property to the first.</summary>
    private RuleNode Chain(List<(string Name, List<SchemaPart> Schemas)> properties, HashSet<string> required, GrammarNode? others, string name)
    {
        var first = json.Grammar.Add($"{name} end", others is null ? BytesNode.Of("}") : new ChoiceNode(
            BytesNode.Of("}"), new SequenceNode(others, new RepeatNode(new SequenceNode(json.Comma, others), 0, null), _end)));
        var more = json.Grammar.Add($"{name} end", others is null ? _end : new SequenceNode(new RepeatNode(new SequenceNode(json.Comma, others), 0, null), _end));
        for (var i = properties.Count - 1; i >= 0; i--)
        {
            var (property, schemas) = properties[i];
            var pair = json.Grammar.Add($"{name} {property}", new SequenceNode(BytesNode.Of(JsonTexts.Of(property)), JsonGrammar.Colon, translate(schemas)));
            GrammarNode here = new SequenceNode(pair, more);
            GrammarNode behind = new SequenceNode(json.Comma, pair, more);
            var isRequired = required.Contains(property);
            first = json.Grammar.Add($"{name} {property} first", isRequired ? here : new ChoiceNode(here, first));
            more = json.Grammar.Add($"{name} {property} next", isRequired ? behind : new ChoiceNode(behind, more));
        }

        return first;
    }

    private GrammarNode Map(SchemaFacts facts, GrammarNode? others)
    {
        if (facts.LeastProperties is { } least && least.Count() > 1)
        {
            throw least.Fault("A least number of properties above 1 is not supported for names that are not declared. Declare and require them.");
        }

        var (fewest, most) = (facts.LeastProperties?.Count() ?? 0, others is null ? 0 : facts.MostProperties?.Count());
        return most < fewest ? GrammarNode.Never : json.Enclosed('{', others ?? GrammarNode.Never, fewest, most, '}');
    }

    private static void CheckCounts(SchemaFacts facts, int declared, GrammarNode? others)
    {
        if (facts.LeastProperties is { } least && least.Count() > facts.Required.Count)
        {
            throw least.Fault("A least number of properties above the number of required ones is not supported. Require more of them.");
        }

        if (facts.MostProperties is { } most && (others is not null || most.Count() < declared))
        {
            throw most.Fault("A largest number of properties is supported only for objects without declared ones. Remove it.");
        }
    }

    private List<(ByteAutomaton Key, SchemaPart Schema)> PatternsOf(SchemaFacts facts)
    {
        var patterns = new List<(ByteAutomaton Key, SchemaPart Schema)>();
        foreach (var (pattern, schema) in facts.Objects.SelectMany(part => part.Patterns))
        {
            var key = json.Grammar.Count(ByteAutomaton.Of(RegexParser.Parse(pattern, isSearch: true, schema.Pointer)));
            if (facts.Objects.Count > 1 || patterns.Exists(other => !other.Key.And(key).IsEmpty()))
            {
                throw schema.Fault("Patterns of properties are supported in one schema, and where no name matches two of them. Make them exclude each other.");
            }

            patterns.Add((key, schema));
        }

        return patterns;
    }

    /// <summary>All that has to hold for a property.</summary>
    private static List<SchemaPart> SchemasOf(SchemaFacts facts, string name, List<(ByteAutomaton Key, SchemaPart Schema)> patterns)
    {
        var matching = patterns.FindAll(pattern => pattern.Key.Matches(System.Text.Encoding.UTF8.GetBytes(name))).ConvertAll(pattern => pattern.Schema);
        foreach (var part in facts.Objects)
        {
            if (part.Find(name) is { } declared)
            {
                matching.Add(declared);
            }
            else if (part.Additional is { } additional && (part.Patterns.Count == 0 || matching.Count == 0))
            {
                matching.Add(additional);
            }
        }

        return matching;
    }

    /// <returns>Pairs of names that are not declared; null where there are none.</returns>
    private RuleNode? OthersOf(SchemaFacts facts, List<string> names, List<(ByteAutomaton Key, SchemaPart Schema)> patterns, string name)
    {
        var additional = facts.Objects.Select(part => part.Additional).OfType<SchemaPart>().ToList();
        var isOpen = additional.Count > 0 || (names.Count == 0 && patterns.Count == 0);
        if (isOpen && names.Count == 0 && patterns.Count == 0)
        {
            return json.Grammar.Add($"{name} others", new SequenceNode(JsonGrammar.String, JsonGrammar.Colon, translate(additional)));
        }

        if (additional.Exists(schema => schema.Element.ValueKind == System.Text.Json.JsonValueKind.False))
        {
            isOpen = false;
        }

        if (!isOpen && patterns.Count == 0)
        {
            return null;
        }

        var options = new List<GrammarNode>();
        var declared = json.Grammar.Count(ByteAutomaton.Of(new ChoiceNode([.. names.Select(BytesNode.Of)])));
        var rest = isOpen ? json.Grammar.Count(AnyKey.Except(declared)) : null;
        foreach (var (key, schema) in patterns)
        {
            options.Add(new SequenceNode(StringNodes.Quoted(key.Except(declared)), JsonGrammar.Colon, translate([schema])));
            rest = rest?.Except(key);
        }

        if (rest is not null)
        {
            options.Add(new SequenceNode(StringNodes.Quoted(rest), JsonGrammar.Colon, translate(additional)));
        }

        return json.Grammar.Add($"{name} others", new ChoiceNode([.. options]));
    }
}
