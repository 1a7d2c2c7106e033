using System.Globalization;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>Filters that make numbers.</summary>
internal static class NumberFilters
{
    private const int MaxDigits = 15;

    public static Dictionary<string, FilterFunction> All { get; } = new()
    {
        ["abs"] = (_, target, arguments) => Number(target, arguments) switch
        {
            JinjaInteger number => new JinjaInteger(number.Value < 0 ? unchecked(-number.Value) : number.Value, number.IsTrusted),
            var number => new JinjaFloat(Math.Abs(number.AsDouble), number.IsTrusted),
        },
        ["int"] = Integer,
        ["float"] = Float,
        ["round"] = Round,
    };

    private static JinjaNumber Number(JinjaValue target, CallArguments arguments)
        => Operators.AsNumber(target) ?? throw JinjaFailure.Operation($"The filter {arguments.Name} needs a number, not {target.Description}.");

    /// <summary>The number, or what stands at a text's place where it is none: 0, or the default.</summary>
    private static JinjaValue Integer(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("default", "base");
        var otherwise = arguments.Get(0, "default") ?? new JinjaInteger(0, isTrusted: true);
        switch (target)
        {
            case JinjaString text when arguments.GetInteger(1, "base", 10) == 16:
                var digits = text.Text.Trim().Replace("0x", "", StringComparison.OrdinalIgnoreCase);
                return long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? new JinjaInteger(hex, text.IsTrusted) : otherwise;
            case JinjaString text when long.TryParse(text.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out var whole):
                return new JinjaInteger(whole, text.IsTrusted);
            case JinjaString text when TryParse(text.Text, out var real):
                return Truncated(real, text.IsTrusted, otherwise);
            case JinjaFloat real:
                return Truncated(real.Value, real.IsTrusted, otherwise);
            default:
                return Operators.AsNumber(target) ?? otherwise;
        }
    }

    private static JinjaValue Truncated(double value, bool isTrusted, JinjaValue otherwise)
        => Math.Abs(value) < long.MaxValue ? new JinjaInteger((long)value, isTrusted) : otherwise;

    private static JinjaValue Float(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("default");
        return target switch
        {
            JinjaString text when TryParse(text.Text, out var real) => new JinjaFloat(real, text.IsTrusted),
            _ when Operators.AsNumber(target) is { } number => new JinjaFloat(number.AsDouble, number.IsTrusted),
            _ => arguments.Get(0, "default") ?? new JinjaFloat(0, isTrusted: true),
        };
    }

    private static JinjaFloat Round(RenderState state, JinjaValue target, CallArguments arguments)
    {
        arguments.Accept("precision", "method");
        var number = Number(target, arguments);
        var precision = Math.Clamp(arguments.GetInteger(0, "precision", 0), 0, MaxDigits);
        var scale = Math.Pow(10, precision);
        var rounded = arguments.GetText(1, "method")?.Text switch
        {
            null or "common" => Math.Round(number.AsDouble, precision, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number.AsDouble * scale) / scale,
            "floor" => Math.Floor(number.AsDouble * scale) / scale,
            var method => throw JinjaFailure.Operation($"round knows no method {method}; use common, ceil or floor."),
        };
        return new JinjaFloat(rounded, number.IsTrusted);
    }

    private static bool TryParse(string text, out double number)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
