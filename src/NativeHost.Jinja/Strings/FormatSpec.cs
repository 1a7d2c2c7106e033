using System.Globalization;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Strings;

/// <summary>How one value is written into a format: <c>[fill][align][0][width][,][.precision][kind]</c>.</summary>
internal sealed class FormatSpec
{
    private const int MaxWidth = 10_000;

    private const int MaxPrecision = 99;

    private char _fill = ' ';

    // '<', '>' or '^'; 0 where nothing is said.
    private char _align;
    private int _width;
    private bool _hasGroups;
    private int _precision = -1;

    // What the value is written as; 's' takes any.
    private char _kind = 's';

    /// <exception cref="JinjaFailure">It is not written like that.</exception>
    public static FormatSpec Parse(ReadOnlySpan<char> spec)
    {
        var parsed = new FormatSpec();
        var at = 0;
        if (spec.Length > 1 && spec[1] is '<' or '>' or '^')
        {
            parsed._fill = spec[0];
            parsed._align = spec[1];
            at = 2;
        }
        else if (spec.Length > 0 && spec[0] is '<' or '>' or '^' or '-')
        {
            parsed._align = spec[0] == '-' ? '<' : spec[0];
            at = 1;
        }

        if (at < spec.Length && spec[at] == '0')
        {
            parsed._fill = '0';
            parsed._align = '>';
            at++;
        }

        parsed._width = Number(spec, ref at, MaxWidth) ?? 0;
        if (at < spec.Length && spec[at] == ',')
        {
            parsed._hasGroups = true;
            at++;
        }

        if (at < spec.Length && spec[at] == '.')
        {
            at++;
            parsed._precision = Number(spec, ref at, MaxPrecision) ?? 0;
        }

        if (at < spec.Length)
        {
            parsed._kind = spec[at++];
        }

        return at == spec.Length && parsed._kind is 's' or 'r' or 'd' or 'i' or 'f' or 'x' or 'X' or '%'
            ? parsed
            : throw JinjaFailure.Operation($"The format {spec} is not known; use d, f, s, x or % with a width and a precision.");
    }

    /// <summary>Writes the value; its trust stays, what fills up the width is as trusted.</summary>
    public void Append(TextBuilder output, JinjaValue value, RenderState state)
    {
        var text = Write(value, state);
        var missing = Math.Max(0, _width - text.Length);
        var before = (_align == 0 ? (value is JinjaNumber ? '>' : '<') : _align) switch
        {
            '<' => 0,
            '>' => missing,
            _ => missing / 2,
        };
        output.Append(new string(_fill, before), text.IsTrusted);
        output.Append(text);
        output.Append(new string(_fill, missing - before), text.IsTrusted);
    }

    private JinjaString Write(JinjaValue value, RenderState state)
    {
        if (_kind is 's' or 'r' && (_precision < 0 || value is not JinjaNumber))
        {
            var text = Texts.Of(value, state);
            return _precision >= 0 ? text.Slice(0, Math.Min(_precision, text.Length), state.Budget) : text;
        }

        var number = Operators.AsNumber(value)
            ?? throw JinjaFailure.Operation($"{value.Description} cannot be written as {_kind}; a number is needed.");
        if (double.IsNaN(number.AsDouble))
        {
            throw JinjaFailure.Operation($"What is not a number cannot be written as {_kind}.");
        }

        var culture = CultureInfo.InvariantCulture;
        var digits = _kind switch
        {
            'd' or 'i' => Math.Truncate((decimal)Math.Clamp(number.AsDouble, -1e28, 1e28)).ToString(_hasGroups ? "N0" : "F0", culture),
            'x' or 'X' => ((long)number.AsDouble).ToString(_kind == 'x' ? "x" : "X", culture),
            '%' => (number.AsDouble * 100).ToString($"F{(_precision < 0 ? 6 : _precision)}", culture) + "%",
            _ => number.AsDouble.ToString($"{(_hasGroups ? 'N' : 'F')}{(_precision < 0 ? 6 : _precision)}", culture),
        };
        return new JinjaString(digits, number.IsTrusted, []);
    }

    private static int? Number(ReadOnlySpan<char> spec, ref int at, int max)
    {
        var start = at;
        while (at < spec.Length && char.IsAsciiDigit(spec[at]))
        {
            at++;
        }

        if (at == start)
        {
            return null;
        }

        return int.TryParse(spec[start..at], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number
            : throw JinjaFailure.Limit($"The number {spec[start..at]} in a format is larger than {max}.");
    }
}
