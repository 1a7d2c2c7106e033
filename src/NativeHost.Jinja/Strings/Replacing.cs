using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

/// <summary>Puts texts in the place of others.</summary>
internal static class Replacing
{
    /// <summary>The text with <paramref name="replacement"/> for each <paramref name="old"/>, at most <paramref name="count"/> of them; below 0 for all.</summary>
    /// <remarks>
    /// What is put in is trusted only where what it replaces was: else the words of a user would decide where a special token stands.
    /// </remarks>
    public static JinjaString Replace(JinjaString text, JinjaString old, JinjaString replacement, int count, RenderBudget budget)
    {
        if (!Searching.Contains(text, old, budget))
        {
            return text;
        }

        var builder = new TextBuilder(budget);
        var start = 0;
        for (var at = Searching.IndexOf(text, old, 0, budget); at >= 0 && count != 0; at = Searching.IndexOf(text, old, at + Math.Max(1, old.Length), budget), count--)
        {
            builder.Append(text, start, at - start);
            Insert(builder, replacement, text, at, old.Length);
            start = at + old.Length;
        }

        builder.Append(text, start, text.Length - start);
        return builder.ToText();
    }

    /// <summary>Texts that stand for single characters, each as trusted as its character.</summary>
    public static JinjaString Escape(JinjaString text, Func<char, string?> escapeOf, RenderBudget budget)
    {
        var builder = new TextBuilder(budget);
        foreach (var run in text.RunsOf(0, text.Length))
        {
            var characters = text.Text.AsSpan(run.Start, run.Length);
            var written = 0;
            for (var i = 0; i < characters.Length; i++)
            {
                if (escapeOf(characters[i]) is { } escape)
                {
                    builder.Append(characters[written..i], run.IsTrusted);
                    builder.Append(escape, run.IsTrusted);
                    written = i + 1;
                }
            }

            builder.Append(characters[written..], run.IsTrusted);
        }

        return builder.ToText();
    }

    private static void Insert(TextBuilder builder, JinjaString replacement, JinjaString text, int at, int length)
    {
        var isTrusted = length == 0 ? text.IsTrusted : text.RunsOf(at, length).All(run => run.IsTrusted);
        if (isTrusted)
        {
            builder.Append(replacement);
        }
        else
        {
            builder.Append(replacement.Text, isTrusted: false);
        }
    }
}
