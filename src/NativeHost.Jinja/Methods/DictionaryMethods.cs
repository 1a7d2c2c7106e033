using System.Collections.Frozen;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Methods;

/// <summary>The methods of dictionaries that change nothing.</summary>
internal static class DictionaryMethods
{
    public delegate JinjaValue Method(RenderState state, JinjaDict dictionary, CallArguments arguments);

    public static FrozenDictionary<string, Method> All { get; } = new Dictionary<string, Method>
    {
        ["get"] = Get,
        ["items"] = (state, dictionary, arguments) =>
        {
            arguments.Accept();
            return Items(dictionary, state.Budget);
        },
        ["keys"] = (state, dictionary, arguments) => List(state, dictionary.Entries.Keys, arguments),
        ["values"] = (state, dictionary, arguments) => List(state, dictionary.Entries.Values, arguments),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A list of pairs.</summary>
    public static JinjaList Items(JinjaDict dictionary, RenderBudget budget)
    {
        budget.Charge(2 * dictionary.Count);
        return new JinjaList([.. dictionary.Entries.Select(entry => new JinjaList([entry.Key, entry.Value], isFrozen: false))], isFrozen: false);
    }

    private static JinjaValue Get(RenderState state, JinjaDict dictionary, CallArguments arguments)
    {
        arguments.Accept("key", "default");
        return dictionary.TryGet(arguments.Require(0, "key"), out var value) ? value : arguments.Get(1, "default") ?? JinjaValue.None;
    }

    private static JinjaList List(RenderState state, IEnumerable<JinjaValue> values, CallArguments arguments)
    {
        arguments.Accept();
        var list = values.ToList();
        state.Budget.Charge(list.Count);
        return new JinjaList(list);
    }
}
