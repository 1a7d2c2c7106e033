using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>A merge sort, because those of .NET wrap what a comparison throws.</summary>
internal static class StableSort
{
    /// <summary>The elements in the order of their keys; those that are equal stay as they were, also when reversed.</summary>
    public static List<JinjaValue> Sort(IReadOnlyList<JinjaValue> items, Func<JinjaValue, JinjaValue> keyOf, bool isReversed, RenderBudget budget)
    {
        var sign = isReversed ? -1 : 1;
        var from = items.Select(item => (Key: keyOf(item), Item: item)).ToArray();
        var to = new (JinjaValue Key, JinjaValue Item)[from.Length];
        for (var width = 1; width < from.Length; width *= 2)
        {
            for (var start = 0; start < from.Length; start += 2 * width)
            {
                var (left, middle) = (start, Math.Min(start + width, from.Length));
                var (right, end) = (middle, Math.Min(start + (2 * width), from.Length));
                for (var at = start; at < end; at++)
                {
                    var takesLeft = left < middle
                        && (right == end || sign * Comparisons.Compare(from[left].Key, from[right].Key, budget) <= 0);
                    to[at] = takesLeft ? from[left++] : from[right++];
                }
            }

            (from, to) = (to, from);
        }

        return [.. from.Select(pair => pair.Item)];
    }
}
