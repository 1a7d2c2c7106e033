using System.Globalization;

namespace NativeHost.Jinja;

/// <summary>An integer or a float.</summary>
public abstract class JinjaNumber : JinjaValue
{
    private protected JinjaNumber(bool isTrusted)
    {
        IsTrusted = isTrusted;
    }

    /// <summary>Whether its digits are the template's own: it was computed from numbers of the template only.</summary>
    internal bool IsTrusted { get; }

    internal abstract double AsDouble { get; }

    /// <summary>Its digits, as Python writes them.</summary>
    internal abstract string Digits { get; }
}

/// <summary>An integer.</summary>
public sealed class JinjaInteger : JinjaNumber
{
    /// <summary>A number of the context.</summary>
    public JinjaInteger(long value)
        : this(value, isTrusted: false)
    {
    }

    internal JinjaInteger(long value, bool isTrusted)
        : base(isTrusted)
    {
        Value = value;
    }

    /// <summary>The number.</summary>
    public long Value { get; }

    internal override string Description => "an integer";

    internal override bool IsTrue => Value != 0;

    internal override double AsDouble => Value;

    internal override string Digits => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A float of 64 bits.</summary>
public sealed class JinjaFloat : JinjaNumber
{
    // From here on Python writes an exponent.
    private const double FirstLarge = 1e16;
    private const double FirstSmall = 1e-4;

    /// <summary>A number of the context.</summary>
    public JinjaFloat(double value)
        : this(value, isTrusted: false)
    {
    }

    internal JinjaFloat(double value, bool isTrusted)
        : base(isTrusted)
    {
        Value = value;
    }

    /// <summary>The number.</summary>
    public double Value { get; }

    internal override string Description => "a float";

    internal override bool IsTrue => Value != 0;

    internal override double AsDouble => Value;

    internal override string Digits
    {
        get
        {
            if (!double.IsFinite(Value))
            {
                return double.IsNaN(Value) ? "nan" : Value > 0 ? "inf" : "-inf";
            }

            // The shortest digits that mean this number: "1.2345E-05", of which Python moves the point unless the exponent is large.
            var size = Math.Abs(Value);
            if (size >= FirstLarge || (size < FirstSmall && size > 0))
            {
                var scientific = Value.ToString("E16", CultureInfo.InvariantCulture);
                var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                var digits = Value.ToString("R", CultureInfo.InvariantCulture);
                var mantissa = digits.Contains('E', StringComparison.Ordinal) ? digits[..digits.IndexOf('E', StringComparison.Ordinal)] : Mantissa(digits);
                return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
            }

            var plain = Value.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }
    }

    /// <summary>The digits with a point after the first: "0.00012" is "1.2".</summary>
    private static string Mantissa(string plain)
    {
        var sign = plain[0] == '-' ? "-" : "";
        var digits = plain.TrimStart('-').Replace(".", "", StringComparison.Ordinal).Trim('0');
        return digits.Length > 1 ? $"{sign}{digits[0]}.{digits[1..]}" : sign + digits;
    }
}
