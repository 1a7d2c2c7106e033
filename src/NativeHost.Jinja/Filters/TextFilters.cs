using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that make a text of a text.</summary>
internal static class TextFilters
{
    // Python's words of a title begin behind these and behind blanks.
    private const string TitleBreaks = "-({[<";

    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["string"] = (state, target, _) => target.IsNone ? throw JinjaFailure.Operation("none has no text; test it with is not none first.") : Texts.Of(target, state),
        ["safe"] = (state, target, _) => Texts.Of(target, state),
        ["upper"] = (state, target, arguments) => CaseMapping.Upper(Text(target, arguments), state.Budget),
        ["lower"] = (state, target, arguments) => CaseMapping.Lower(Text(target, arguments), state.Budget),
        ["capitalize"] = (state, target, arguments) => CaseMapping.Capitalize(Text(target, arguments), state.Budget),
        ["title"] = (state, target, arguments) => CaseMapping.Title(Text(target, arguments), state.Budget,
            before => char.IsWhiteSpace(before) || TitleBreaks.AsSpan().Contains(before)),
        ["trim"] = Trim,
        ["replace"] = Replace,
        ["indent"] = Indent,
        ["escape"] = Escape,
        ["e"] = Escape,
        ["forceescape"] = Escape,
        ["wordcount"] = (state, target, arguments) => new JinjaInteger(Splitting.Split(Text(target, arguments), null, -1, state.Budget).Items.Count),
    };

    /// <summary>The value as the text that a filter works on: undefined is empty, as in Jinja2.</summary>
    /// <exception cref="JinjaFailure">It is something else.</exception>
    public static JinjaString Text(JinjaValue target, CallArguments arguments) => target switch
    {
        JinjaString text => text,
        { IsUndefined: true } => JinjaString.Empty,
        JinjaNumber number => new JinjaString(number.Digits, number.IsTrusted, []),
        _ => throw JinjaFailure.Operation($"The filter {arguments.Name} needs a text, not {target.Description}; test it with is string first."),
    };

    private static JinjaString Trim(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("chars");
        return Trimming.Trim(Text(target, arguments), arguments.GetText(0, "chars"), TrimSides.Both, state.Budget);
    }

    private static JinjaString Replace(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("old", "new", "count");
        var old = Text(arguments.Require(0, "old"), arguments);
        var replacement = Text(arguments.Require(1, "new"), arguments);
        return Replacing.Replace(Text(target, arguments), old, replacement, arguments.GetInteger(2, "count", -1), state.Budget);
    }

    private static JinjaString Indent(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("width", "first", "blank");
        var width = arguments.Get(0, "width") is JinjaString prefix ? prefix : Blanks(arguments.GetInteger(0, "width", 4), state);
        var (first, blank) = (arguments.GetBoolean(1, "first", false), arguments.GetBoolean(2, "blank", false));
        var output = new TextBuilder(state.Budget);
        var lines = Splitting.Lines(Text(target, arguments), keepEnds: true, state.Budget).Items;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = (JinjaString)lines[i];
            var isBlank = line.Text.AsSpan().TrimEnd("\r\n").IsEmpty;
            if (i == 0 ? first : blank || !isBlank)
            {
                output.Append(width);
            }

            output.Append(line);
        }

        return output.ToText();
    }

    private static JinjaString Blanks(int width, RenderState state) => width <= state.Budget.MaxRange
        ? JinjaString.Untrusted(new string(' ', Math.Max(0, width)))
        : throw JinjaFailure.Limit($"An indentation of {width} is wider than {state.Budget.MaxRange}.");

    private static JinjaString Escape(RenderState state, JinjaValue target, CallArguments arguments)
        => Replacing.Escape(Texts.Of(target, state), EscapeOf, state.Budget);

    private static string? EscapeOf(char character) => character switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&#34;",
        '\'' => "&#39;",
        _ => null,
    };
}
