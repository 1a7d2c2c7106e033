using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Equality, order and membership, as in Python.</summary>
internal static class Comparisons
{
    /// <summary>Whether values are equal: lists and dictionaries by what they hold, numbers by value, true as 1.</summary>
    public static bool AreEqual(JinjaValue left, JinjaValue right, RenderBudget budget)
    {
        budget.Step();
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        switch (left, right)
        {
            case (JinjaString a, JinjaString b):
                if (a.Length != b.Length)
                {
                    return false;
                }

                budget.ChargeScan(a.Length);
                return string.Equals(a.Text, b.Text, StringComparison.Ordinal);
            case (JinjaInteger a, JinjaInteger b):
                return a.Value == b.Value;
            case (JinjaList a, JinjaList b):
                return a.Items.Count == b.Items.Count && AreAllEqual(a, b, budget);
            case (JinjaDict a, JinjaDict b):
                return a.Count == b.Count && AreAllEqual(a, b, budget);
            default:
                return Number(left) is { } x && Number(right) is { } y && x.Equals(y);
        }
    }

    /// <summary>Below 0, 0 or above 0, for numbers, texts and lists.</summary>
    /// <exception cref="JinjaFailure">They have no order.</exception>
    public static int Compare(JinjaValue left, JinjaValue right, RenderBudget budget)
    {
        budget.Step();
        switch (left, right)
        {
            case (JinjaInteger a, JinjaInteger b):
                return a.Value.CompareTo(b.Value);
            case (JinjaString a, JinjaString b):
                budget.ChargeScan(Math.Min(a.Length, b.Length));
                return string.CompareOrdinal(a.Text, b.Text);
            case (JinjaList a, JinjaList b):
                return CompareItems(a, b, budget);
            default:
                return Number(left) is { } x && Number(right) is { } y
                    ? x.CompareTo(y)
                    : throw JinjaFailure.Operation($"{left.Description} and {right.Description} have no order; compare two numbers or two texts.");
        }
    }

    /// <summary>Whether <paramref name="container"/> holds <paramref name="item"/>.</summary>
    public static bool Contains(JinjaValue container, JinjaValue item, RenderBudget budget)
    {
        switch (container)
        {
            case JinjaString text when item is JinjaString part:
                return Searching.Contains(text, part, budget);
            case JinjaList list:
                return list.Items.Any(other => AreEqual(other, item, budget));
            case JinjaDict dictionary:
                return dictionary.TryGet(item, out _);
            case { IsUndefined: true }:
                return false;
            default:
                throw JinjaFailure.Operation($"{item.Description} cannot be in {container.Description}; a list, a dictionary or a text with a text is needed.");
        }
    }

    private static bool AreAllEqual(JinjaList left, JinjaList right, RenderBudget budget)
    {
        budget.Enter();
        for (var i = 0; i < left.Items.Count; i++)
        {
            if (!AreEqual(left.Items[i], right.Items[i], budget))
            {
                budget.Leave();
                return false;
            }
        }

        budget.Leave();
        return true;
    }

    private static bool AreAllEqual(JinjaDict left, JinjaDict right, RenderBudget budget)
    {
        budget.Enter();
        var equal = left.Entries.All(entry => right.TryGet(entry.Key, out var other) && AreEqual(entry.Value, other, budget));
        budget.Leave();
        return equal;
    }

    private static int CompareItems(JinjaList left, JinjaList right, RenderBudget budget)
    {
        budget.Enter();
        var order = 0;
        for (var i = 0; order == 0 && i < left.Items.Count && i < right.Items.Count; i++)
        {
            order = Compare(left.Items[i], right.Items[i], budget);
        }

        budget.Leave();
        return order != 0 ? order : left.Items.Count.CompareTo(right.Items.Count);
    }

    private static double? Number(JinjaValue value) => value switch
    {
        JinjaNumber number => number.AsDouble,
        { IsBoolean: true } => value.IsTrue ? 1 : 0,
        _ => null,
    };
}
