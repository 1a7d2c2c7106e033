using System.Globalization;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>What a setting's value is.</summary>
internal enum SettingKind
{
    /// <summary>A number without a fraction; it may come as a text.</summary>
    Integer,

    /// <summary>A number; it may come as a text.</summary>
    Number,

    /// <summary>True or false; also 1 and 0, and the texts true, yes, 1, false, no and 0.</summary>
    Flag,

    /// <summary>A text, or a list of texts.</summary>
    Texts,

    /// <summary>Numbers by ids of tokens, as an object.</summary>
    Biases,
}

/// <summary>What a setting may be.</summary>
/// <param name="Least">Of a number, itself allowed.</param>
/// <param name="Most">The same.</param>
/// <param name="Also">A number beside those; null for none.</param>
internal sealed record SettingValues(SettingKind Kind, double Least = 0, double Most = 0, double? Also = null)
{
    /// <summary>Most texts of one setting.</summary>
    public const int MostTexts = 16;

    /// <summary>Most UTF-16 code units of one of them; the least is 1.</summary>
    public const int MostTextLength = 256;

    public static SettingValues Flag { get; } = new(SettingKind.Flag);

    public static SettingValues Texts { get; } = new(SettingKind.Texts);

    /// <summary>Most numbers by ids of tokens.</summary>
    public const int MostBiases = 1024;

    public static SettingValues Biases { get; } = new(SettingKind.Biases, -100, 100);

    public static SettingValues Integer(long least, long most, long? also = null) => new(SettingKind.Integer, least, most, also);

    public static SettingValues Number(double least, double most, double? also = null) => new(SettingKind.Number, least, most, also);

    /// <summary>What a number must be, as it stands behind "must be".</summary>
    public string Wanted
        => $"{(Kind == SettingKind.Integer ? "an integer" : "a number")} from {TextOf(Least)} to {TextOf(Most)}{(Also is { } also ? $", or {TextOf(also)}" : "")}";

    /// <summary>Whether a number is one of them.</summary>
    public bool Hold(double number)
        => number == Also || (number >= Least && number <= Most && (Kind != SettingKind.Integer || Math.Floor(number) == number));

    // Without an exponent, which large integers would get.
    private string TextOf(double bound) => bound.ToString(Kind == SettingKind.Integer ? "F0" : "G", CultureInfo.InvariantCulture);
}

/// <summary>A setting as a client sent it, with the leniency of the original: a number may come as a text.</summary>
/// <param name="name">The name that the client used.</param>
internal readonly struct SettingValue(string name, JsonElement value, SettingValues values)
{
    private const string WantedBiases = "an object of at most 1,024 numbers from -100 to 100, named by the tokens' ids";

    /// <exception cref="RequestException">It is none, or out of range.</exception>
    public double Number()
    {
        var number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var given) => given,
            JsonValueKind.String when double.TryParse(
                Read(name, value), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) => given,
            _ => throw Bad(name, "a number"),
        };
        return values.Hold(number) ? number : throw Bad(name, values.Wanted);
    }

    /// <inheritdoc cref="Number"/>
    public int Integer() => (int)Number();

    /// <inheritdoc cref="Number"/>
    public float Real() => (float)Number();

    /// <exception cref="RequestException">It is neither.</exception>
    public bool Flag() => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when Read(name, value) is "true" or "yes" or "1" => true,
        JsonValueKind.String when Read(name, value) is "false" or "no" or "0" => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        _ => throw Bad(name, "true or false"),
    };

    /// <exception cref="RequestException">They are none, too many or too long.</exception>
    public IReadOnlyList<string> Texts()
    {
        // The members of a struct are not seen in a lambda.
        var given = name;
        string[] texts = value.ValueKind switch
        {
            JsonValueKind.String => [Read(name, value)],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                => [.. value.EnumerateArray().Select(item => Read(given, item))],
            _ => throw Bad(name, "a text or a list of texts"),
        };
        return texts.Length <= SettingValues.MostTexts && texts.All(text => text.Length is > 0 and <= SettingValues.MostTextLength)
            ? texts
            : throw Bad(name, $"at most {SettingValues.MostTexts} texts of 1 to {SettingValues.MostTextLength} characters");
    }

    /// <exception cref="RequestException">They are none, too many or out of range.</exception>
    public IReadOnlyDictionary<int, float> Biases()
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() > SettingValues.MostBiases)
        {
            throw Bad(name, WantedBiases);
        }

        var biases = new Dictionary<int, float>();
        foreach (var (token, bias) in SettingsReader.Members(value, name))
        {
            if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || bias.ValueKind != JsonValueKind.Number || !values.Hold(bias.GetDouble()))
            {
                throw Bad(name, WantedBiases);
            }

            biases[id] = bias.GetSingle();
        }

        return biases;
    }

    /// <summary>The answer to a setting that is wrong.</summary>
    public static RequestException Bad(string name, string wanted)
        => new(ErrorCode.InvalidSettings, $"Invalid settings: {name} must be {wanted}.") { Details = new ErrorDetails { Field = name } };

    private static string Read(string name, JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape: the reader has this exception for it.
            throw Bad(name, "valid Unicode");
        }
    }
}
