using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

/// <summary>Capital and small letters, one for one.</summary>
internal static class CaseMapping
{
    public static JinjaString Upper(JinjaString text, RenderBudget budget) => Map(text, budget, (_, characters) => characters.ToString().ToUpperInvariant());

    public static JinjaString Lower(JinjaString text, RenderBudget budget) => Map(text, budget, (_, characters) => characters.ToString().ToLowerInvariant());

    /// <summary>The first character large, the others small.</summary>
    public static JinjaString Capitalize(JinjaString text, RenderBudget budget) => MapEach(text, budget, (_, position) => position == 0);

    /// <summary>Each word's first letter large, the others small; a word ends where <paramref name="isBreak"/> says.</summary>
    public static JinjaString Title(JinjaString text, RenderBudget budget, Func<char, bool> isBreak)
        => MapEach(text, budget, (all, position) => position == 0 || isBreak(all[position - 1]));

    private static JinjaString MapEach(JinjaString text, RenderBudget budget, Func<string, int, bool> isUpper) => Map(text, budget, (start, characters) =>
    {
        var mapped = new char[characters.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = isUpper(text.Text, start + i) ? char.ToUpperInvariant(characters[i]) : char.ToLowerInvariant(characters[i]);
        }

        return new string(mapped);
    });

    private static JinjaString Map(JinjaString text, RenderBudget budget, CharacterMap map)
    {
        var builder = new TextBuilder(budget);
        foreach (var run in text.RunsOf(0, text.Length))
        {
            builder.Append(map(run.Start, text.Text.AsSpan(run.Start, run.Length)), run.IsTrusted);
        }

        return builder.ToText();
    }

    /// <param name="start">Where the characters begin in the text.</param>
    /// <param name="characters">Those of one run.</param>
    private delegate string CharacterMap(int start, ReadOnlySpan<char> characters);
}
