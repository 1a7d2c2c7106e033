using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

/// <summary>Cuts texts into parts, which keep their trust.</summary>
internal static class Splitting
{
    /// <summary>Parts between separators, at most <paramref name="maxSplits"/> cuts from the left; below 0 for all.</summary>
    public static JinjaList Split(JinjaString text, JinjaString? separator, int maxSplits, RenderBudget budget)
    {
        if (separator is null)
        {
            return SplitAtBlanks(text, maxSplits, budget);
        }

        Check(separator);
        var parts = new List<JinjaValue>();
        var start = 0;
        for (var at = Searching.IndexOf(text, separator, 0, budget); at >= 0 && maxSplits != 0; at = Searching.IndexOf(text, separator, start, budget), maxSplits--)
        {
            parts.Add(Part(text, start, at, budget));
            start = at + separator.Length;
        }

        parts.Add(Part(text, start, text.Length, budget));
        return new JinjaList(parts);
    }

    /// <summary>The same, with the cuts counted from the right.</summary>
    public static JinjaList SplitFromEnd(JinjaString text, JinjaString? separator, int maxSplits, RenderBudget budget)
    {
        var all = Split(text, separator, -1, budget).Own;
        if (maxSplits < 0 || all.Count - 1 <= maxSplits)
        {
            return new JinjaList(all);
        }

        // What is not cut off stays one part: all that lies before the last cuts.
        var kept = all[^maxSplits..];
        var tail = 0;
        if (separator is null)
        {
            var rest = Trimming.Trim(text, null, TrimSides.End, budget);
            foreach (var part in kept.AsEnumerable().Reverse())
            {
                rest = Trimming.Trim(rest.Slice(0, rest.Length - ((JinjaString)part).Length, budget), null, TrimSides.End, budget);
            }

            return new JinjaList([Trimming.Trim(rest, null, TrimSides.Start, budget), .. kept], isFrozen: false);
        }

        foreach (var part in kept)
        {
            tail += ((JinjaString)part).Length + separator.Length;
        }

        return new JinjaList([Part(text, 0, text.Length - tail, budget), .. kept], isFrozen: false);
    }

    /// <summary>What is before the separator, the separator, and what is behind it.</summary>
    public static JinjaList Partition(JinjaString text, JinjaString separator, bool fromEnd, RenderBudget budget)
    {
        Check(separator);
        var at = fromEnd ? Searching.LastIndexOf(text, separator, budget) : Searching.IndexOf(text, separator, 0, budget);
        if (at < 0)
        {
            return new JinjaList(fromEnd ? [JinjaString.Empty, JinjaString.Empty, text] : [text, JinjaString.Empty, JinjaString.Empty], isFrozen: false);
        }

        var end = at + separator.Length;
        return new JinjaList([Part(text, 0, at, budget), Part(text, at, end, budget), Part(text, end, text.Length, budget)], isFrozen: false);
    }

    public static JinjaList Lines(JinjaString text, bool keepEnds, RenderBudget budget)
    {
        var lines = new List<JinjaValue>();
        for (var start = 0; start < text.Length;)
        {
            budget.Step();
            var end = text.Text.AsSpan(start).IndexOfAny('\n', '\r');
            end = end < 0 ? text.Length : start + end;
            var next = end == text.Length ? end : end + (text.Text.AsSpan(end).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
            lines.Add(Part(text, start, keepEnds ? next : end, budget));
            start = next;
        }

        return new JinjaList(lines);
    }

    private static JinjaList SplitAtBlanks(JinjaString text, int maxSplits, RenderBudget budget)
    {
        var parts = new List<JinjaValue>();
        budget.ChargeScan(text.Length);
        var at = SkipBlanks(text.Text, 0);
        while (at < text.Length)
        {
            budget.Step();
            var end = at;
            if (maxSplits-- == 0)
            {
                parts.Add(Trimming.Trim(text.Slice(at, text.Length - at, budget), null, TrimSides.End, budget));
                break;
            }

            while (end < text.Length && !char.IsWhiteSpace(text.Text[end]))
            {
                end++;
            }

            parts.Add(Part(text, at, end, budget));
            at = SkipBlanks(text.Text, end);
        }

        return new JinjaList(parts);
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static JinjaString Part(JinjaString text, int start, int end, RenderBudget budget) => text.Slice(start, end - start, budget);

    private static void Check(JinjaString separator)
    {
        if (separator.Length == 0)
        {
            throw JinjaFailure.Operation("A separator cannot be empty; leave it out to split at whitespace.");
        }
    }
}
