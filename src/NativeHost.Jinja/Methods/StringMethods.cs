using System.Collections.Frozen;
using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Methods;

/// <summary>The methods of texts, as Python has them.</summary>
internal static class StringMethods
{
    public delegate JinjaValue Method(RenderState state, JinjaString text, CallArguments arguments);

    public static FrozenDictionary<string, Method> All { get; } = new Dictionary<string, Method>
    {
        ["upper"] = WithoutArguments((state, text) => CaseMapping.Upper(text, state.Budget)),
        ["lower"] = WithoutArguments((state, text) => CaseMapping.Lower(text, state.Budget)),
        ["capitalize"] = WithoutArguments((state, text) => CaseMapping.Capitalize(text, state.Budget)),
        ["title"] = WithoutArguments((state, text) => CaseMapping.Title(text, state.Budget, before => !char.IsLetter(before))),
        ["strip"] = (state, text, arguments) => Strip(state, text, arguments, TrimSides.Both),
        ["lstrip"] = (state, text, arguments) => Strip(state, text, arguments, TrimSides.Start),
        ["rstrip"] = (state, text, arguments) => Strip(state, text, arguments, TrimSides.End),
        ["split"] = (state, text, arguments) => Splitting.Split(text, Separator(arguments), arguments.GetInteger(1, "maxsplit", -1), state.Budget),
        ["rsplit"] = (state, text, arguments) => Splitting.SplitFromEnd(text, Separator(arguments), arguments.GetInteger(1, "maxsplit", -1), state.Budget),
        ["splitlines"] = (state, text, arguments) => Splitting.Lines(text, arguments.GetBoolean(0, "keepends", false), state.Budget),
        ["partition"] = (state, text, arguments) => Splitting.Partition(text, arguments.RequireText(0, "sep"), fromEnd: false, state.Budget),
        ["rpartition"] = (state, text, arguments) => Splitting.Partition(text, arguments.RequireText(0, "sep"), fromEnd: true, state.Budget),
        ["replace"] = Replace,
        ["startswith"] = (_, text, arguments) => JinjaValue.Of(Any(arguments, part => text.Text.StartsWith(part, StringComparison.Ordinal))),
        ["endswith"] = (_, text, arguments) => JinjaValue.Of(Any(arguments, part => text.Text.EndsWith(part, StringComparison.Ordinal))),
        ["find"] = (state, text, arguments) => Number(Searching.IndexOf(text, Sub(arguments), 0, state.Budget)),
        ["rfind"] = (state, text, arguments) => Number(Searching.LastIndexOf(text, Sub(arguments), state.Budget)),
        ["index"] = Index,
        ["count"] = (state, text, arguments) => Number(Searching.Count(text, Sub(arguments), state.Budget)),
        ["join"] = (state, text, arguments) => Join(state, text, arguments),
        ["format"] = BraceFormat.Apply,
        ["removeprefix"] = (state, text, arguments) => RemovePrefix(text, arguments.RequireText(0, "prefix"), state.Budget),
        ["removesuffix"] = (state, text, arguments) => RemoveSuffix(text, arguments.RequireText(0, "suffix"), state.Budget),
        ["isalpha"] = Every(char.IsLetter),
        ["isdigit"] = Every(char.IsDigit),
        ["isalnum"] = Every(char.IsLetterOrDigit),
        ["isspace"] = Every(char.IsWhiteSpace),
        ["isupper"] = WithoutArguments((_, text) => JinjaValue.Of(TextTests.IsUpper(text.Text))),
        ["islower"] = WithoutArguments((_, text) => JinjaValue.Of(TextTests.IsLower(text.Text))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Method WithoutArguments(Func<RenderState, JinjaString, JinjaValue> method) => (state, text, arguments) =>
    {
        arguments.Accept();
        return method(state, text);
    };

    private static Method Every(Func<char, bool> test) => WithoutArguments((_, text) => JinjaValue.Of(text.Length > 0 && text.Text.All(test)));

    private static JinjaString Strip(RenderState state, JinjaString text, CallArguments arguments, TrimSides sides)
    {
        arguments.Accept("chars");
        return Trimming.Trim(text, arguments.GetText(0, "chars"), sides, state.Budget);
    }

    private static JinjaString? Separator(CallArguments arguments)
    {
        arguments.Accept("sep", "maxsplit");
        return arguments.GetText(0, "sep");
    }

    private static JinjaString Replace(RenderState state, JinjaString text, CallArguments arguments)
    {
        arguments.Accept("old", "new", "count");
        return Replacing.Replace(text, arguments.RequireText(0, "old"), arguments.RequireText(1, "new"), arguments.GetInteger(2, "count", -1), state.Budget);
    }

    /// <summary>Whether one of the texts that are given, alone or in a list, passes.</summary>
    private static bool Any(CallArguments arguments, Func<string, bool> test)
    {
        arguments.Accept("prefix");
        return arguments.Require(0, "prefix") is JinjaList list
            ? list.Items.Any(item => item is JinjaString text && test(text.Text))
            : test(arguments.RequireText(0, "prefix").Text);
    }

    private static JinjaInteger Index(RenderState state, JinjaString text, CallArguments arguments)
    {
        var at = Searching.IndexOf(text, Sub(arguments), 0, state.Budget);
        return at >= 0 ? Number(at) : throw JinjaFailure.Operation("The text that index looks for is not there; use find, which gives -1 then.");
    }

    private static JinjaString Sub(CallArguments arguments)
    {
        arguments.Accept("sub");
        return arguments.RequireText(0, "sub");
    }

    private static JinjaString Join(RenderState state, JinjaString separator, CallArguments arguments)
    {
        arguments.Accept("iterable");
        var builder = new TextBuilder(state.Budget);
        var items = Sequences.Of(arguments.Require(0, "iterable"), state);
        for (var i = 0; i < items.Count; i++)
        {
            builder.Append(i == 0 ? JinjaString.Empty : separator);
            Texts.Append(builder, items[i], state);
        }

        return builder.ToText();
    }

    private static JinjaString RemovePrefix(JinjaString text, JinjaString prefix, RenderBudget budget)
        => text.Text.StartsWith(prefix.Text, StringComparison.Ordinal) ? text.Slice(prefix.Length, text.Length - prefix.Length, budget) : text;

    private static JinjaString RemoveSuffix(JinjaString text, JinjaString suffix, RenderBudget budget)
        => text.Text.EndsWith(suffix.Text, StringComparison.Ordinal) ? text.Slice(0, text.Length - suffix.Length, budget) : text;

    private static JinjaInteger Number(int value) => new(value);
}
