namespace NativeHost.Jinja.Evaluation;

/// <summary>The variable <c>loop</c>.</summary>
/// <param name="items">What is gone through.</param>
/// <param name="depth">Of loops that call themselves: 0 for the outermost.</param>
/// <param name="recurse">Goes through other elements with the same body; null where the loop is not recursive.</param>
internal sealed class Loop(IReadOnlyList<JinjaValue> items, int depth, Func<JinjaValue, JinjaValue>? recurse) : JinjaValue
{
    private JinjaValue[]? _lastChange;

    /// <summary>The element that it is at.</summary>
    public int Index { get; set; }

    internal override string Description => "a loop";

    internal override bool IsTrue => true;

    public JinjaValue Attribute(string name) => name switch
    {
        "index" => Number(Index + 1),
        "index0" => Number(Index),
        "revindex" => Number(items.Count - Index),
        "revindex0" => Number(items.Count - Index - 1),
        "first" => Of(Index == 0),
        "last" => Of(Index == items.Count - 1),
        "length" => Number(items.Count),
        "depth" => Number(depth + 1),
        "depth0" => Number(depth),
        "previtem" => Index > 0 ? items[Index - 1] : Undefined,
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : Undefined,
        "cycle" => new JinjaFunction((_, arguments) => Cycle(arguments)),
        "changed" => new JinjaFunction(Changed),
        _ => Undefined,
    };

    public JinjaValue Invoke(CallArguments arguments)
    {
        arguments.Accept("iterable");
        return recurse is not null
            ? recurse(arguments.Require(0, "iterable"))
            : throw JinjaFailure.Operation("This loop cannot be called; write recursive behind what it goes through.");
    }

    private JinjaValue Cycle(CallArguments arguments) => arguments.Positional.Length == 0
        ? throw JinjaFailure.Operation("loop.cycle needs values to go through.")
        : arguments.Positional[Index % arguments.Positional.Length];

    private JinjaValue Changed(RenderState state, CallArguments arguments)
    {
        var last = _lastChange;
        _lastChange = arguments.Positional;
        return Of(last is null || last.Length != _lastChange.Length
            || last.Zip(_lastChange).Any(pair => !Comparisons.AreEqual(pair.First, pair.Second, state.Budget)));
    }

    // Positions are the template's own doing, not the context's.
    private static JinjaInteger Number(int value) => new(value, isTrusted: true);
}
