using NativeHost.Jinja.Evaluation;
using NativeHost.Jinja.Strings;

namespace NativeHost.Jinja.Methods;

/// <summary>Python's older format: <c>%s</c>, <c>%d</c>, <c>%.2f</c>, <c>%%</c>.</summary>
internal static class PercentFormat
{
    public static JinjaValue Apply(JinjaString format, JinjaValue[] values, RenderState state)
    {
        var output = new TextBuilder(state.Budget);
        var text = format.Text;
        var next = 0;
        for (var at = 0; at < text.Length;)
        {
            state.Budget.Step();
            var percent = text.IndexOf('%', at);
            if (percent < 0)
            {
                output.Append(format, at, text.Length - at);
                break;
            }

            output.Append(format, at, percent - at);
            var end = text.AsSpan(percent + 1).IndexOfAnyInRange('A', 'z');
            if (percent + 1 < text.Length && text[percent + 1] == '%')
            {
                output.Append(format, percent, 1);
                at = percent + 2;
                continue;
            }

            if (end < 0 || next == values.Length)
            {
                throw JinjaFailure.Operation(end < 0 ? "A % of the format stands alone; double it to print it." : "The format has more fields than values are given.");
            }

            FormatSpec.Parse(text.AsSpan(percent + 1, end + 1)).Append(output, values[next++], state);
            at = percent + end + 2;
        }

        return next == values.Length
            ? output.ToText()
            : throw JinjaFailure.Operation($"The format has {next} fields, {values.Length} values are given.");
    }
}
