using System.Globalization;
using System.Text;

namespace NativeHost.Jinja.Evaluation;

/// <summary>Writes a moment as C's <c>strftime</c> does in the C locale.</summary>
internal static class StrftimeFormat
{
    /// <summary>The format with each field replaced; an unknown one stays as it is.</summary>
    public static string Apply(string format, DateTimeOffset moment)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var start = i++;
            var isUnpadded = format[i] is '-' or '#' && i + 1 < format.Length;
            if (isUnpadded)
            {
                i++;
            }

            var field = Field(format[i], moment);
            if (field is null)
            {
                text.Append(format, start, i - start + 1);
            }
            else
            {
                text.Append(isUnpadded && field.Length > 1 && char.IsAsciiDigit(field[^1]) ? field[..^1].TrimStart('0', ' ') + field[^1] : field);
            }
        }

        return text.ToString();
    }

    private static string? Field(char letter, DateTimeOffset moment) => letter switch
    {
        'a' => moment.ToString("ddd", CultureInfo.InvariantCulture),
        'A' => moment.ToString("dddd", CultureInfo.InvariantCulture),
        'b' or 'h' => moment.ToString("MMM", CultureInfo.InvariantCulture),
        'B' => moment.ToString("MMMM", CultureInfo.InvariantCulture),
        'c' => Apply("%a %b %e %H:%M:%S %Y", moment),
        'C' => Padded(moment.Year / 100),
        'd' => Padded(moment.Day),
        'D' => Apply("%m/%d/%y", moment),
        'e' => moment.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'f' => moment.ToString("ffffff", CultureInfo.InvariantCulture),
        'F' => Apply("%Y-%m-%d", moment),
        'G' => ISOWeek.GetYear(moment.DateTime).ToString(CultureInfo.InvariantCulture),
        'H' => Padded(moment.Hour),
        'I' => Padded(((moment.Hour + 11) % 12) + 1),
        'j' => moment.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'm' => Padded(moment.Month),
        'M' => Padded(moment.Minute),
        'n' => "\n",
        'p' => moment.Hour < 12 ? "AM" : "PM",
        's' => moment.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'S' => Padded(moment.Second),
        't' => "\t",
        'T' or 'X' => Apply("%H:%M:%S", moment),
        'u' => (((int)moment.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
        'U' => Padded((moment.DayOfYear + 6 - (int)moment.DayOfWeek) / 7),
        'V' => Padded(ISOWeek.GetWeekOfYear(moment.DateTime)),
        'w' => ((int)moment.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'W' => Padded((moment.DayOfYear + 6 - (((int)moment.DayOfWeek + 6) % 7)) / 7),
        'x' => Apply("%m/%d/%y", moment),
        'y' => Padded(moment.Year % 100),
        'Y' => moment.Year.ToString(CultureInfo.InvariantCulture),
        'z' => moment.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal),
        'Z' => moment.Offset == TimeSpan.Zero ? "UTC" : moment.ToString("zzz", CultureInfo.InvariantCulture),
        '%' => "%",
        _ => null,
    };

    private static string Padded(int number) => number.ToString("00", CultureInfo.InvariantCulture);
}
