using System.Globalization;

namespace NativeHost.Settings;

/// <summary>The numbers that a setting may be.</summary>
/// <param name="Least">The smallest of them.</param>
/// <param name="Most">The largest of them.</param>
/// <param name="Also">One more, with a meaning of its own; null for none.</param>
internal sealed record NumberRange(double Least, double Most, double? Also = null)
{
    public bool Contains(double number) => number == Also || (number >= Least && number <= Most);

    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{Least} to {Most}{(Also is null ? "" : ", or ")}{Also}");
}
