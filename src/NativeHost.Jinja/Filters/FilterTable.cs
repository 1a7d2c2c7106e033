using System.Collections.Frozen;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>What a filter makes of a value.</summary>
internal delegate JinjaValue FilterFunction(RenderState state, JinjaValue target, CallArguments arguments);

/// <summary>All filters by their names.</summary>
internal static class FilterTable
{
    private static readonly FrozenDictionary<string, FilterFunction> All = new[]
    {
        TextFilters.All, FormatFilters.All, NumberFilters.All, SequenceFilters.All, OrderFilters.All, SelectionFilters.All, JsonFilters.All,
    }.SelectMany(filters => filters).ToFrozenDictionary(StringComparer.Ordinal);

    /// <exception cref="JinjaFailure">There is no such filter, or it cannot do anything with the value.</exception>
    public static JinjaValue Apply(RenderState state, string name, JinjaValue target, CallArguments arguments)
    {
        if (!All.TryGetValue(name, out var filter))
        {
            throw JinjaFailure.Operation($"There is no filter {name} in chat templates.");
        }

        if (target is JinjaString text)
        {
            state.Budget.ChargeScan(text.Length);
        }

        return filter(state, target, arguments);
    }
}
