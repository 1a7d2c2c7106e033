using System.Globalization;
using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Methods;

/// <summary>Python's <c>format</c> of a text: <c>{}</c>, <c>{0}</c>, <c>{name}</c>, each with an optional <c>:spec</c>.</summary>
internal static class BraceFormat
{
    public static JinjaValue Apply(RenderState state, JinjaString format, CallArguments arguments)
    {
        var output = new TextBuilder(state.Budget);
        var text = format.Text;
        var next = 0;
        for (var at = 0; at < text.Length;)
        {
            state.Budget.Step();
            var brace = text.AsSpan(at).IndexOfAny('{', '}');
            if (brace < 0)
            {
                output.Append(format, at, text.Length - at);
                break;
            }

            output.Append(format, at, brace);
            at += brace;
            if (at + 1 < text.Length && text[at + 1] == text[at])
            {
                output.Append(format, at, 1);
                at += 2;
                continue;
            }

            var end = text[at] == '{' ? text.IndexOf('}', at) : -1;
            if (end < 0)
            {
                throw JinjaFailure.Operation("A brace of the format has no partner; double it to print it.");
            }

            Field(output, text.AsSpan(at + 1, end - at - 1), arguments, ref next, state);
            at = end + 1;
        }

        return output.ToText();
    }

    private static void Field(TextBuilder output, ReadOnlySpan<char> field, CallArguments arguments, ref int next, RenderState state)
    {
        var colon = field.IndexOf(':');
        var name = colon < 0 ? field : field[..colon];
        JinjaValue? value;
        if (name.IsEmpty)
        {
            value = arguments.Get(next++, "");
        }
        else if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            value = arguments.Get(index, "");
        }
        else
        {
            value = arguments.Get(int.MaxValue, name.ToString());
        }

        FormatSpec.Parse(colon < 0 ? "" : field[(colon + 1)..])
            .Append(output, value ?? throw JinjaFailure.Operation($"The format has a field {{{name}}} for which no value is given."), state);
    }
}
