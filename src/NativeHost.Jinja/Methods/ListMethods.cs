using System.Collections.Frozen;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Methods;

/// <summary>The methods of lists. Only lists that the template made can be changed.</summary>
internal static class ListMethods
{
    public delegate JinjaValue Method(RenderState state, JinjaList list, CallArguments arguments);

    public static FrozenDictionary<string, Method> All { get; } = new Dictionary<string, Method>
    {
        ["append"] = Append,
        ["pop"] = Pop,
        ["index"] = Index,
        ["count"] = (state, list, arguments) =>
            new JinjaInteger(list.Items.Count(item => Comparisons.AreEqual(item, arguments.Require(0, "value"), state.Budget))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static JinjaValue Append(RenderState state, JinjaList list, CallArguments arguments)
    {
        arguments.Accept("value");
        Own(list).Add(arguments.Require(0, "value"));
        return JinjaValue.None;
    }

    private static JinjaValue Pop(RenderState state, JinjaList list, CallArguments arguments)
    {
        arguments.Accept("index");
        var items = Own(list);
        var index = arguments.GetInteger(0, "index", -1);
        var at = index < 0 ? index + items.Count : index;
        if (at < 0 || at >= items.Count)
        {
            throw JinjaFailure.Operation($"pop finds no element {index} in a list of {items.Count}.");
        }

        state.Budget.ChargeScan(items.Count);
        var item = items[at];
        items.RemoveAt(at);
        return item;
    }

    private static JinjaInteger Index(RenderState state, JinjaList list, CallArguments arguments)
    {
        arguments.Accept("value");
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (Comparisons.AreEqual(list.Items[i], arguments.Require(0, "value"), state.Budget))
            {
                return new JinjaInteger(i);
            }
        }

        throw JinjaFailure.Operation("The value that index looks for is not in the list; test it with in first.");
    }

    private static List<JinjaValue> Own(JinjaList list) => list.IsFrozen
        ? throw JinjaFailure.Operation("A list of the context cannot be changed; make one of your own with + [].")
        : list.Own;
}
