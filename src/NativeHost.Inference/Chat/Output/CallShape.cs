namespace NativeHost.Inference.Chat.Output;

/// <summary>What a model must write to call tools in its style: what a constraint is made of.</summary>
/// <param name="Triggers">Texts that show that a call has begun: where calls are free, nothing is constrained until one of them has been written.</param>
/// <param name="Calls">The whole from the trigger's first character on.</param>
internal sealed record CallShape(IReadOnlyList<string> Triggers, ShapePart Calls);

/// <summary>What stands before, between and behind calls in a style.</summary>
/// <param name="Separator">Null where there can be one call only.</param>
internal sealed record CallLayout(string Start, string? Separator, string End);

/// <summary>A part of a <see cref="CallShape"/>.</summary>
internal abstract record ShapePart
{
    private ShapePart()
    {
    }

    /// <summary>Exactly this text.</summary>
    public sealed record Literal(string Text) : ShapePart;

    /// <summary>A JSON value.</summary>
    /// <param name="Schema">JSON text of its schema; null for any object.</param>
    public sealed record Json(string? Schema) : ShapePart;

    /// <summary>Any text that does not hold <paramref name="End"/>, which is not a part of it.</summary>
    public sealed record TextUntil(string End) : ShapePart;

    /// <summary>Anything.</summary>
    public sealed record Free : ShapePart;

    /// <summary>One after the other.</summary>
    public sealed record Sequence(IReadOnlyList<ShapePart> Parts) : ShapePart;

    /// <summary>One of them.</summary>
    public sealed record Choice(IReadOnlyList<ShapePart> Parts) : ShapePart;

    /// <summary>This or nothing.</summary>
    public sealed record Optional(ShapePart Part) : ShapePart;

    /// <summary>This once or more.</summary>
    /// <param name="Separator">Stands between them; may be empty.</param>
    public sealed record Repeated(ShapePart Part, string Separator) : ShapePart;
}
