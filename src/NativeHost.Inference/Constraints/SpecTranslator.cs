using System.Text;
using NativeHost.Inference.Constraints.Grammars;
using NativeHost.Inference.Constraints.Schemas;

namespace NativeHost.Inference.Constraints;

/// <summary>Makes a grammar of a constraint.</summary>
internal sealed class SpecTranslator
{
    private readonly Grammar _grammar = new();
    private readonly JsonGrammar _json;
    private readonly ITokenizer? _tokenizer;
    private readonly HashSet<string> _controlTexts;
    private int _depth;

    private SpecTranslator(ITokenizer? tokenizer)
    {
        (_tokenizer, _json) = (tokenizer, new JsonGrammar(_grammar));
        _controlTexts = new(tokenizer?.ControlTexts ?? [], StringComparer.Ordinal);
    }

    /// <param name="tokenizer">Null where control tokens are not told from text yet.</param>
    /// <exception cref="ConstraintException">It is malformed, not supported, or too large.</exception>
    public static Grammar Translate(ConstraintSpec spec, ITokenizer? tokenizer)
    {
        var translator = new SpecTranslator(tokenizer);
        translator._grammar.Root = translator.NodeOf(spec);
        return translator._grammar;
    }

    private GrammarNode NodeOf(ConstraintSpec spec)
    {
        if (++_depth > ConstraintLimits.Depth)
        {
            throw new ConstraintException($"The constraint's parts are nested more than {ConstraintLimits.Depth} deep.");
        }

        var node = spec switch
        {
            JsonSchemaSpec schema => SchemaTranslator.Translate(schema.Schema, _json),
            JsonValueSpec json => json.IsObject ? _json.AnyObject : _json.AnyValue,
            RegexSpec regex => RegexParser.Parse(regex.Pattern),
            GrammarSpec grammar => GbnfParser.Parse(grammar.Grammar, _grammar),
            ChoicesSpec { Choices: [] } or AlternativesSpec { Options: [] } => throw new ConstraintException("There is nothing to choose from. Name at least one."),
            ChoicesSpec choices => new ChoiceNode([.. choices.Choices.Distinct().Select(BytesNode.Of)]),
            LiteralSpec literal => BytesNode.Of(literal.Text),
            ControlSpec control => ControlOf(control.Text) is { } token ? new ControlNode(token) : BytesNode.Of(control.Text),
            SequenceSpec sequence => new SequenceNode([.. sequence.Parts.Select(NodeOf)]),
            AlternativesSpec alternatives => new ChoiceNode([.. alternatives.Options.Select(NodeOf)]),
            RepeatSpec repeat => RepeatOf(repeat),
            UntilSpec until => new UntilNode([.. until.Triggers.SelectMany(TriggersOf)], until.MayEnd),
            _ => throw new InvalidOperationException($"No grammar for {spec.GetType().Name}."),
        };
        _depth--;
        return node;
    }

    private RepeatNode RepeatOf(RepeatSpec repeat) => repeat.Least < 0 || repeat.Most < repeat.Least
        ? throw new ConstraintException($"A repetition from {repeat.Least} to {repeat.Most} times is none.")
        : new RepeatNode(NodeOf(repeat.Body), repeat.Least, repeat.Most);

    private IEnumerable<TriggerNode> TriggersOf(ConstraintTrigger trigger)
    {
        if (trigger.Text.Length == 0)
        {
            throw new ConstraintException("A trigger has no text. Say which text is waited for.");
        }

        // What follows is a rule, so that both ways to write the trigger share it.
        var then = _grammar.Add($"after {trigger.Text}", NodeOf(trigger.Then));
        yield return new TriggerNode(Encoding.UTF8.GetBytes(trigger.Text), default, then);
        if (ControlOf(trigger.Text) is { } control)
        {
            yield return new TriggerNode(null, control, then);
        }
    }

    private Token? ControlOf(string text)
    {
        if (_tokenizer is null || !_controlTexts.Contains(text))
        {
            return null;
        }

        var tokens = new List<Token>();
        _tokenizer.Tokenize(text, TextKind.Control, tokens);
        return tokens is [var token] && !_tokenizer.EndsGeneration(token) && _tokenizer.WritePiece(token, new byte[_tokenizer.MaxPieceBytes]) == 0 ? token : null;
    }
}
