using System.Globalization;

namespace NativeHost.CommandLine.Models;

/// <summary>Numbers as people say them.</summary>
internal static class Amounts
{
    private const double Giga = 1e9;
    private const double Mega = 1e6;
    private const double Kilo = 1e3;

    /// <summary>The longest first: "B" ends all of them.</summary>
    private static readonly (string Unit, double Bytes)[] Units = [("KB", Kilo), ("MB", Mega), ("GB", Giga), ("B", 1), ("", 1)];

    /// <summary>Bytes: 1 GB is 10^9.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:F0} GB"),
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:F1} GB"),
        >= 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:F0} MB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:F1} MB"),
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>Reads a number of bytes with its unit, such as <c>5MB</c>, <c>1.5 GB</c> or <c>800kB</c>; without a unit, bytes.</summary>
    /// <returns>Null for another text, and for less than a byte.</returns>
    public static long? TryParseBytes(string text)
    {
        var (unit, factor) = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        return double.TryParse(text[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 1 and < long.MaxValue and var bytes ? (long)bytes : null;
    }

    public static string Duration(TimeSpan time)
        => time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
            : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.Seconds)} s");

    /// <summary>How long ago something was. A clock that was set back makes it just now.</summary>
    public static string Ago(TimeSpan time)
        => time.TotalMinutes < 1 ? "just now"
            : time.TotalHours < 1 ? Plural((int)time.TotalMinutes, "minute")
            : time.TotalDays < 1 ? Plural((int)time.TotalHours, "hour")
            : Plural((int)time.TotalDays, "day");

    /// <summary>A number of weights.</summary>
    public static string Parameters(long number) => number switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / Giga:0.#} B"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{number / Mega:0.#} M"),
        _ => number.ToString("N0", CultureInfo.InvariantCulture),
    };

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plural(int number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")} ago");
}
