using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Methods;

/// <summary>The methods of texts, lists and dictionaries.</summary>
internal static class MethodTable
{
    /// <summary>What the method gives; null if the value has no such method.</summary>
    public static JinjaValue? TryInvoke(RenderState state, JinjaValue target, string name, CallArguments arguments)
    {
        switch (target)
        {
            case JinjaString text when StringMethods.All.TryGetValue(name, out var method):
                state.Budget.ChargeScan(text.Length);
                return method(state, text, arguments);
            case JinjaDict dictionary when DictionaryMethods.All.TryGetValue(name, out var method):
                return method(state, dictionary, arguments);
            case JinjaList list when ListMethods.All.TryGetValue(name, out var method):
                return method(state, list, arguments);
            default:
                return null;
        }
    }

    /// <summary>The method as a value; null if there is none of that name.</summary>
    public static JinjaFunction? Bind(JinjaValue target, string name)
    {
        var exists = target switch
        {
            JinjaString => StringMethods.All.ContainsKey(name),
            JinjaDict => DictionaryMethods.All.ContainsKey(name),
            JinjaList => ListMethods.All.ContainsKey(name),
            _ => false,
        };
        return exists ? new JinjaFunction((state, arguments) => TryInvoke(state, target, name, arguments)!) : null;
    }
}
