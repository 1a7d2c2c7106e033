namespace NativeHost.Inference.Chat.Output;

/// <summary>What a model must write to call tools in its style: what a constraint is made of.</summary>
/// <param name="Trigger">
/// The text that shows that calls have begun, a control token's or plain: where calling is free, nothing is constrained until it has been written. Null for styles
/// whose calls begin without one: there only calls that must come can be constrained.
/// </param>
/// <param name="Start">What comes before <paramref name="Rest"/>; it starts with the trigger.</param>
/// <param name="Rest">All that follows.</param>
internal sealed record CallShape(string? Trigger, string Start, ShapePart Rest)
{
    /// <summary>The whole, where calls must come.</summary>
    public ShapePart Whole => new ShapePart.Sequence([new ShapePart.Literal(Start), Rest]);

    /// <summary>What follows the trigger; null where there is none.</summary>
    public ShapePart? AfterTrigger => Trigger is null ? null : new ShapePart.Sequence([new ShapePart.Literal(Start[Trigger.Length..]), Rest]);

    /// <summary>The shape of calls of some tools: of any where calling is free, of those among which the model must choose otherwise.</summary>
    /// <param name="tools">One or more.</param>
    /// <param name="isParallel">Whether several calls may come.</param>
    /// <param name="prompt">The prompt, or its end, which may begin the first call.</param>
    public static CallShape For(CallStyle style, IReadOnlyList<ToolDefinition> tools, bool isParallel, string prompt)
    {
        var grammar = style.Grammars[0];
        var layout = grammar.Layout;
        var call = tools.Count == 1 ? grammar.Shape(tools[0]) : new ShapePart.Choice([.. tools.Select(grammar.Shape)]);
        var calls = isParallel && layout.Separator is not null ? new ShapePart.Repeated(call, layout.Separator) : call;
        var rest = layout.End.Length == 0 ? calls : new ShapePart.Sequence([calls, new ShapePart.Literal(layout.End)]);
        if (style.PromptEnd is { } begun && prompt.EndsWith(begun, StringComparison.Ordinal))
        {
            return new CallShape(null, layout.Start[begun.Length..], rest);
        }

        var trigger = grammar.Openers.FirstOrDefault(opener => layout.Start.StartsWith(opener, StringComparison.Ordinal));
        return new CallShape(trigger, layout.Start, rest);
    }

    /// <summary>The shape of an output that must call, reasoning before it included.</summary>
    /// <param name="reasoning">How the model reasons; null where it does not.</param>
    /// <param name="isReasoning">Whether the prompt ends inside reasoning.</param>
    public ShapePart Required(ReasoningStyle? reasoning, bool isReasoning)
    {
        if (reasoning is null)
        {
            return Whole;
        }

        ShapePart between = reasoning.Between.Length > 0
            ? new ShapePart.Literal(reasoning.Between)
            : new ShapePart.Choice([new ShapePart.Literal(""), new ShapePart.Literal("\n"), new ShapePart.Literal("\n\n")]);
        ShapePart[] thoughts = [new ShapePart.TextUntil(reasoning.Close), between];
        return isReasoning
            ? new ShapePart.Sequence([.. thoughts, Whole])
            : new ShapePart.Sequence([new ShapePart.Optional(new ShapePart.Sequence([new ShapePart.Literal(reasoning.Open), .. thoughts])), Whole]);
    }
}

/// <summary>What stands before, between and behind calls in a style.</summary>
/// <param name="Start">Up to the first call's name, or its JSON.</param>
/// <param name="Separator">Null where there can be one call only.</param>
internal sealed record CallLayout(string Start, string? Separator, string End);

/// <summary>A part of a <see cref="CallShape"/>.</summary>
internal abstract record ShapePart
{
    private ShapePart()
    {
    }

    /// <summary>What it begins with, as far as that is always the same.</summary>
    public string Opening => this switch
    {
        Literal literal => literal.Text,
        Sequence sequence => string.Concat(sequence.Parts.TakeWhile(part => part is Literal).Select(part => part.Opening))
            + sequence.Parts.FirstOrDefault(part => part is not Literal)?.Opening,
        Repeated repeated => repeated.Part.Opening,
        _ => "",
    };

    /// <summary>Exactly this text, control tokens among it.</summary>
    public sealed record Literal(string Text) : ShapePart;

    /// <summary>A JSON value.</summary>
    /// <param name="Schema">JSON text of its schema; null for any object.</param>
    public sealed record Json(string? Schema) : ShapePart;

    /// <summary>Any text up to and with the first <paramref name="End"/>.</summary>
    public sealed record TextUntil(string End) : ShapePart;

    /// <summary>One after the other.</summary>
    public sealed record Sequence(IReadOnlyList<ShapePart> Parts) : ShapePart;

    /// <summary>One of them.</summary>
    public sealed record Choice(IReadOnlyList<ShapePart> Parts) : ShapePart;

    /// <summary>This or nothing.</summary>
    public sealed record Optional(ShapePart Part) : ShapePart;

    /// <summary>This once or more.</summary>
    /// <param name="Separator">Stands between them; may be empty.</param>
    public sealed record Repeated(ShapePart Part, string Separator) : ShapePart;

    /// <summary>Parameters of a call in their schema's order, those first that must be there.</summary>
    /// <param name="separator">Stands between two of them.</param>
    public static ShapePart Parameters(ToolDefinition tool, string separator, Func<ToolParameter, ShapePart> shape)
    {
        var all = ToolSet.ParametersOf(tool);
        ShapePart[] required = [.. all.Where(one => one.IsRequired).Select(shape)];
        ShapePart[] optional = [.. all.Where(one => !one.IsRequired).Select(shape)];
        ShapePart Following(IEnumerable<ShapePart> parts) =>
            new Sequence([.. parts.Select(part => new Optional(new Sequence([new Literal(separator), part])))]);
        if (required.Length > 0)
        {
            return new Sequence([required[0], .. required.Skip(1).Select(part => new Sequence([new Literal(separator), part])), Following(optional)]);
        }

        // Whichever comes first has no separator before it.
        return optional.Length == 0
            ? new Literal("")
            : new Optional(new Choice([.. optional.Select((part, i) => new Sequence([part, Following(optional.Skip(i + 1))]))]));
    }
}
