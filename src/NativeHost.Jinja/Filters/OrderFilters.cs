using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Methods;
using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that compare elements with one another.</summary>
internal static class OrderFilters
{
    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["sort"] = Sort,
        ["dictsort"] = SortDictionary,
        ["unique"] = Unique,
        ["groupby"] = GroupBy,
        ["min"] = (state, target, arguments) => Extreme(state, target, arguments, -1),
        ["max"] = (state, target, arguments) => Extreme(state, target, arguments, 1),
    };

    private static JinjaList Sort(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("reverse", "case_sensitive", "attribute");
        var key = Key(state, arguments.Get(2, "attribute"), arguments.GetBoolean(1, "case_sensitive", false));
        return new JinjaList(StableSort.Sort(Sequences.Of(target, state), key, arguments.GetBoolean(0, "reverse", false), state.Budget));
    }

    private static JinjaList SortDictionary(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("case_sensitive", "by", "reverse");
        var dictionary = target as JinjaDict
            ?? throw JinjaFailure.Operation($"dictsort needs a dictionary, not {target.Description}.");
        var position = arguments.GetText(1, "by")?.Text switch
        {
            null or "key" => 0,
            "value" => 1,
            var by => throw JinjaFailure.Operation($"dictsort sorts by key or by value, not by {by}."),
        };
        var key = Key(state, new JinjaInteger(position), arguments.GetBoolean(0, "case_sensitive", false));
        var items = DictionaryMethods.Items(dictionary, state.Budget).Items;
        return new JinjaList(StableSort.Sort(items, key, arguments.GetBoolean(2, "reverse", false), state.Budget));
    }

    /// <summary>The first of each that are equal.</summary>
    private static JinjaList Unique(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("case_sensitive", "attribute");
        var key = Key(state, arguments.Get(1, "attribute"), arguments.GetBoolean(0, "case_sensitive", false));
        var seen = new List<JinjaValue>();
        var taken = new List<JinjaValue>();
        foreach (var item in Sequences.Of(target, state))
        {
            var own = key(item);
            if (!seen.Exists(other => Comparisons.AreEqual(other, own, state.Budget)))
            {
                seen.Add(own);
                taken.Add(item);
            }
        }

        return new JinjaList(taken);
    }

    /// <summary>Pairs of a value and the elements that have it, in the values' order.</summary>
    private static JinjaList GroupBy(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("attribute", "default", "case_sensitive");
        var key = Key(state, arguments.Require(0, "attribute"), arguments.GetBoolean(2, "case_sensitive", false));
        var get = Attributes.Getter(arguments.Require(0, "attribute"));
        var groups = new List<JinjaValue>();
        JinjaValue? last = null;
        foreach (var item in StableSort.Sort(Sequences.Of(target, state), key, isReversed: false, state.Budget))
        {
            if (last is null || !Comparisons.AreEqual(last, key(item), state.Budget))
            {
                last = key(item);
                groups.Add(new JinjaList([get(item), new JinjaList([], isFrozen: false)], isFrozen: false));
            }

            ((JinjaList)((JinjaList)groups[^1]).Items[1]).Own.Add(item);
        }

        return new JinjaList(groups);
    }

    private static JinjaValue Extreme(RenderState state, JinjaValue target, CallArguments arguments, int sign)
    {
        arguments.Accept("case_sensitive", "attribute");
        var key = Key(state, arguments.Get(1, "attribute"), arguments.GetBoolean(0, "case_sensitive", false));
        JinjaValue? best = null;
        foreach (var item in Sequences.Of(target, state))
        {
            if (best is null || sign * Comparisons.Compare(key(item), key(best), state.Budget) > 0)
            {
                best = item;
            }
        }

        return best ?? JinjaValue.Undefined;
    }

    /// <summary>What is compared: the element or an attribute of it, a text in small letters unless case counts.</summary>
    private static Func<JinjaValue, JinjaValue> Key(RenderState state, JinjaValue? attribute, bool isCaseSensitive)
    {
        var get = attribute is null or { IsNone: true } ? item => item : Attributes.Getter(attribute);
        return item => get(item) is var value && value is JinjaString text && !isCaseSensitive ? CaseMapping.Lower(text, state.Budget) : value;
    }
}
