using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

/// <summary>Looks for texts in texts, and counts what that costs.</summary>
internal static class Searching
{
    /// <summary>Longer parts may be compared again and again at each place where they nearly are.</summary>
    private const int MaxQuickPart = 64;

    /// <summary>Where <paramref name="part"/> first is from a place on; -1 if it is not there.</summary>
    public static int IndexOf(JinjaString text, JinjaString part, int from, RenderBudget budget)
    {
        if (from > text.Length || part.Length > text.Length - from)
        {
            return -1;
        }

        ChargeComparisons(text.Length - from, part, budget);
        var at = text.Text.IndexOf(part.Text, from, StringComparison.Ordinal);
        budget.ChargeScan((at < 0 ? text.Length : at) - from);
        return at;
    }

    /// <summary>Where <paramref name="part"/> last is; -1 if it is not there.</summary>
    public static int LastIndexOf(JinjaString text, JinjaString part, RenderBudget budget)
    {
        if (part.Length > text.Length)
        {
            return -1;
        }

        ChargeComparisons(text.Length, part, budget);
        budget.ChargeScan(text.Length);
        return text.Text.LastIndexOf(part.Text, StringComparison.Ordinal);
    }

    public static bool Contains(JinjaString text, JinjaString part, RenderBudget budget) => IndexOf(text, part, 0, budget) >= 0;

    /// <summary>How many times it is there, none over another.</summary>
    public static int Count(JinjaString text, JinjaString part, RenderBudget budget)
    {
        if (part.Length == 0)
        {
            return text.Length + 1;
        }

        var count = 0;
        for (var at = IndexOf(text, part, 0, budget); at >= 0; at = IndexOf(text, part, at + part.Length, budget))
        {
            count++;
        }

        return count;
    }

    private static void ChargeComparisons(int length, JinjaString part, RenderBudget budget)
    {
        if (part.Length > MaxQuickPart)
        {
            budget.ChargeScan((long)length * (part.Length / MaxQuickPart));
        }
    }
}
