using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Methods;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that fit texts into a width or a format.</summary>
internal static class FormatFilters
{
    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["format"] = (state, target, arguments) => PercentFormat.Apply(TextFilters.Text(target, arguments), arguments.Positional, state),
        ["center"] = Center,
        ["truncate"] = Truncate,
    };

    private static JinjaString Center(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("width");
        var text = TextFilters.Text(target, arguments);
        var width = arguments.GetInteger(0, "width", 80);
        if (width > state.Budget.MaxRange)
        {
            throw JinjaFailure.Limit($"A width of {width} is more than {state.Budget.MaxRange}.");
        }

        // Python puts the odd blank to the left of an even text, and to the right of an odd one.
        var missing = Math.Max(0, width - text.Length);
        var before = (missing / 2) + (missing & width & 1);
        var output = new TextBuilder(state.Budget);
        output.Append(new string(' ', before), isTrusted: false);
        output.Append(text);
        output.Append(new string(' ', missing - before), isTrusted: false);
        return output.ToText();
    }

    private static JinjaString Truncate(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("length", "killwords", "end", "leeway");
        var text = TextFilters.Text(target, arguments);
        var length = arguments.GetInteger(0, "length", 255);
        var end = arguments.GetText(2, "end") ?? JinjaString.Untrusted("...");
        if (length < end.Length)
        {
            throw JinjaFailure.Operation($"truncate needs a length of {end.Length} at least.");
        }

        if (text.Length <= length + (long)arguments.GetInteger(3, "leeway", 5))
        {
            return text;
        }

        var cut = Math.Min(length - end.Length, text.Length);
        if (!arguments.GetBoolean(1, "killwords", false))
        {
            var blank = cut > 0 ? text.Text.LastIndexOf(' ', cut - 1, cut) : -1;
            cut = blank >= 0 ? blank : cut;
        }

        return Operators.Join(text.Slice(0, cut, state.Budget), end, state.Budget);
    }
}
