using System.Text.Json;
using NativeHost.Inference.Constraints.Grammars;

namespace NativeHost.Inference.Constraints.Schemas;

/// <summary>Makes a grammar of a JSON schema: a rule for each schema, or several that hold together.</summary>
internal sealed class SchemaTranslator
{
    private readonly SchemaDocument _document;
    private readonly JsonGrammar _json;
    private readonly ObjectNodes _objects;
    private readonly OptionExclusion _exclusion;
    private readonly Dictionary<string, RuleNode> _rules = new(StringComparer.Ordinal);
    private readonly Queue<(RuleNode Rule, List<SchemaPart> Schemas)> _pending = [];

    private SchemaTranslator(SchemaDocument document, JsonGrammar json) =>
        (_document, _json, _objects, _exclusion) = (document, json, new ObjectNodes(json, RuleOf), new OptionExclusion(document));

    /// <exception cref="ConstraintException">The schema is malformed, not supported, or too large.</exception>
    public static GrammarNode Translate(string schema, JsonGrammar json)
    {
        var translator = new SchemaTranslator(new SchemaDocument(schema), json);
        var root = translator.RuleOf([translator._document.Root]);

        // Not recursive: schemas may refer to each other in long rows.
        while (translator._pending.TryDequeue(out var next))
        {
            var combinations = 0;
            json.Grammar.Define(next.Rule.Rule, translator.NodeOf(next.Schemas, new Dictionary<string, int>(), ref combinations));
        }

        return root;
    }

    /// <summary>The rule for values that satisfy all of some schemas. Its body comes later.</summary>
    private GrammarNode RuleOf(List<SchemaPart> schemas)
    {
        if (schemas.Count == 0)
        {
            return _json.AnyValue;
        }

        var name = string.Join(" & ", schemas.Select(schema => schema.Pointer).Distinct());
        if (!_rules.TryGetValue(name, out var rule))
        {
            rule = _rules[name] = new RuleNode(_json.Grammar.Declare(name));
            _pending.Enqueue((rule, schemas));
        }

        return rule;
    }

    private GrammarNode NodeOf(List<SchemaPart> schemas, Dictionary<string, int> chosen, ref int combinations)
    {
        var facts = SchemaReader.Read(_document, schemas, chosen);
        if (facts.Groups is not [var group, ..])
        {
            return ValueOf(facts, schemas[0].Pointer + string.Concat(chosen.Select(choice => $" {choice.Value}")));
        }

        combinations += group.Options.Count;
        if (combinations > ConstraintLimits.Combinations)
        {
            throw group.Place.Fault($"There are more than {ConstraintLimits.Combinations} combinations of options here. Use fewer options, or fewer lists of them beside each other.");
        }

        if (group.IsOneOf)
        {
            CheckExclusion(schemas, chosen, group);
        }

        if (facts.IsBare && facts.Groups.Count == 1)
        {
            return new ChoiceNode([.. group.Options.Select(option => RuleOf([option]))]);
        }

        var options = new GrammarNode[group.Options.Count];
        for (var i = 0; i < options.Length; i++)
        {
            options[i] = NodeOf(schemas, new Dictionary<string, int>(chosen) { [group.Place.Pointer] = i }, ref combinations);
        }

        return new ChoiceNode(options);
    }

    private void CheckExclusion(List<SchemaPart> schemas, Dictionary<string, int> chosen, OptionGroup group)
    {
        var facts = group.Options.Select((_, i) => SchemaReader.Read(_document, schemas, new Dictionary<string, int>(chosen) { [group.Place.Pointer] = i })).ToList();
        for (var i = 0; i < facts.Count; i++)
        {
            for (var j = i + 1; j < facts.Count; j++)
            {
                if (!_exclusion.Holds(facts[i], facts[j]))
                {
                    throw group.Place.Fault($"The options {i} and {j} may both hold for one value. Use anyOf, or let them differ by type, or by a required property with a const of its own.");
                }
            }
        }
    }

    private GrammarNode ValueOf(SchemaFacts facts, string name)
    {
        var types = facts.TypesToMake;
        if (facts.Values is { } values)
        {
            return new ChoiceNode([.. values.FindAll(value => Allows(facts, value)).ConvertAll(value => new BytesNode(JsonTexts.Of(value)))]);
        }

        var options = new List<GrammarNode>();
        AddWhere(JsonTypes.Null, () => JsonGrammar.Null);
        AddWhere(JsonTypes.Boolean, () => JsonGrammar.Boolean);
        AddWhere(JsonTypes.Integer, () => NumberNodes.Of(facts, isWhole: !types.HasFlag(JsonTypes.Fraction)));
        AddWhere(JsonTypes.String, () => StringNodes.Of(facts, _json.Grammar));
        AddWhere(JsonTypes.Array, () => ArrayOf(facts, name));
        AddWhere(JsonTypes.Object, () => _objects.Of(facts, name));
        return options.Count == 1 ? options[0] : new ChoiceNode([.. options]);

        void AddWhere(JsonTypes type, Func<GrammarNode> node)
        {
            if (types.HasFlag(type))
            {
                options.Add(node());
            }
        }
    }

    private bool Allows(SchemaFacts facts, JsonElement value)
    {
        if ((JsonTypeNames.Of(value) & facts.Types) == JsonTypes.None)
        {
            return false;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return StringNodes.Allows(facts, value.GetString()!, _json.Grammar);
            case JsonValueKind.Number:
                return !value.TryGetDecimal(out var number) || NumberNodes.Allows(facts, number);
            case JsonValueKind.Object when facts.Objects.Count > 0 || facts.Required.Count > 0 || facts.LeastProperties is not null || facts.MostProperties is not null:
            case JsonValueKind.Array when facts.Arrays.Count > 0 || facts.LeastItems > 0 || facts.MostItems is not null:
                throw new ConstraintException($"Fixed values that are objects or arrays are not checked against other keywords beside them. Remove these: {JsonTypeNames.Of(value)} in 'enum' or 'const'.");
            default:
                return true;
        }
    }

    private GrammarNode ArrayOf(SchemaFacts facts, string name)
    {
        var length = facts.Arrays.Count == 0 ? 0 : facts.Arrays.Max(part => part.First.Count);
        var others = facts.Arrays.Select(part => part.Others).OfType<SchemaPart>().ToList();
        var isClosed = others.Exists(schema => schema.Element.ValueKind == JsonValueKind.False);

        // Behind a fixed beginning nothing comes that the schema does not speak of.
        var most = isClosed || (length > 0 && others.Count == 0) ? Math.Min(length, facts.MostItems ?? int.MaxValue) : facts.MostItems;
        if (most < facts.LeastItems)
        {
            return GrammarNode.Never;
        }

        if (length == 0)
        {
            return _json.Enclosed('[', RuleOf(others), facts.LeastItems, most, ']');
        }

        // From the last to the first: what may follow so many items.
        // Rules, because there may be thousands.
        var end = new SequenceNode(_json.Space, BytesNode.Of("]"));
        GrammarNode behind = most is null || most > length
            ? new SequenceNode(new RepeatNode(new SequenceNode(_json.Comma, RuleOf(others)), Math.Max(0, facts.LeastItems - length), most - length), end)
            : end;
        for (var i = Math.Min(length, most ?? length) - 1; i >= 0; i--)
        {
            var item = RuleOf([.. facts.Arrays.Select(part => i < part.First.Count ? part.First[i] : part.Others).OfType<SchemaPart>()]);
            var here = i == 0 ? new SequenceNode(item, behind) : new SequenceNode(_json.Comma, item, behind);
            behind = _json.Grammar.Add($"{name} {i}", i >= facts.LeastItems ? new ChoiceNode(here, i == 0 ? BytesNode.Of("]") : end) : here);
        }

        return new SequenceNode(BytesNode.Of("["), _json.Space, most == 0 ? BytesNode.Of("]") : behind);
    }
}
