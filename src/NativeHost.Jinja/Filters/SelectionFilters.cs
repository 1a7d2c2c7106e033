using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that take something for something else: elements that pass a test, an attribute for an element, a default for nothing.</summary>
internal static class SelectionFilters
{
    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["default"] = Default,
        ["d"] = Default,
        ["attr"] = (_, target, arguments) => Access.Member(target, arguments.RequireText(0, "name")),
        ["map"] = Map,
        ["select"] = (state, target, arguments) => Select(state, target, arguments, byAttribute: false, passing: true),
        ["reject"] = (state, target, arguments) => Select(state, target, arguments, byAttribute: false, passing: false),
        ["selectattr"] = (state, target, arguments) => Select(state, target, arguments, byAttribute: true, passing: true),
        ["rejectattr"] = (state, target, arguments) => Select(state, target, arguments, byAttribute: true, passing: false),
    };

    private static JinjaValue Default(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("default_value", "boolean");
        var isMissing = target.IsUndefined || (arguments.GetBoolean(1, "boolean", false) && !target.IsTrue);
        return isMissing ? arguments.Get(0, "default_value") ?? JinjaString.Empty : target;
    }

    private static JinjaList Map(RenderState state, JinjaValue target, CallArguments arguments)
    {
        if (arguments.Positional.Length == 0)
        {
            arguments.Accept("attribute", "default");
            var get = Attributes.Getter(arguments.Require(int.MaxValue, "attribute"));
            var otherwise = arguments.Get(int.MaxValue, "default") ?? JinjaValue.Undefined;
            return Collect(Items(state, target), item => get(item) is { IsUndefined: false } value ? value : otherwise, state);
        }

        var filter = arguments.RequireText(0, "filter").Text;
        var rest = new CallArguments(filter, arguments.Positional[1..], arguments.Named);
        return Collect(Items(state, target), item => FilterTable.Apply(state, filter, item, rest), state);
    }

    private static JinjaList Select(RenderState state, JinjaValue target, CallArguments arguments, bool byAttribute, bool passing)
    {
        Func<JinjaValue, JinjaValue> get = byAttribute ? Attributes.Getter(arguments.Require(0, "attribute")) : item => item;
        var rest = arguments.Positional.AsSpan(byAttribute ? 1 : 0);
        var test = rest.IsEmpty ? null : (rest[0] as JinjaString)?.Text ?? throw JinjaFailure.Operation($"{arguments.Name} needs the name of a test as a text.");
        var own = rest.IsEmpty ? arguments : new CallArguments(test!, rest[1..].ToArray(), arguments.Named);
        var taken = new List<JinjaValue>();
        foreach (var item in Items(state, target))
        {
            state.Budget.Step();
            var value = get(item);
            if ((test is null ? value.IsTrue : TestTable.Passes(state, test, value, own)) == passing)
            {
                taken.Add(item);
            }
        }

        return new JinjaList(taken);
    }

    /// <summary>These filters take none for nothing, as in Jinja2.</summary>
    private static IReadOnlyList<JinjaValue> Items(RenderState state, JinjaValue target) => target.IsNone ? [] : Sequences.Of(target, state);

    private static JinjaList Collect(IReadOnlyList<JinjaValue> items, Func<JinjaValue, JinjaValue> make, RenderState state)
    {
        var made = new List<JinjaValue>(items.Count);
        foreach (var item in items)
        {
            state.Budget.Step();
            made.Add(make(item));
        }

        return new JinjaList(made);
    }
}
