using System.Globalization;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation;

/// <summary>Reads the values of settings, with the leniency of the original: a number may come as a text.</summary>
/// <remarks>What is wrong is a <see cref="RequestException"/> that names the setting.</remarks>
internal static class SettingValue
{
    /// <summary>2^53: the largest integer that every JSON reader keeps exact.</summary>
    public const long MaxSeed = 1L << 53;

    public const int MaxStopTexts = 16;
    public const int MaxStopTextLength = 256;

    public static double Number(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.String when double.TryParse(
            TextOf(name, value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw Bad(name, "a number"),
    };

    public static double Number(string name, JsonElement value, double least, double most)
    {
        var number = Number(name, value);
        return number >= least && number <= most
            ? number
            : throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
    }

    public static long Integer(string name, JsonElement value, double least, double most)
    {
        var number = Number(name, value);
        return number >= least && number <= most && Math.Floor(number) == number
            ? (long)number
            : throw Bad(name, string.Create(CultureInfo.InvariantCulture, $"an integer from {least} to {most}"));
    }

    public static bool Flag(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when TextOf(name, value) is "true" or "yes" or "1" => true,
        JsonValueKind.String when TextOf(name, value) is "false" or "no" or "0" => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        _ => throw Bad(name, "true or false"),
    };

    public static string[] Texts(string name, JsonElement value)
    {
        string[] texts = value.ValueKind switch
        {
            JsonValueKind.String => [TextOf(name, value)],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                => [.. value.EnumerateArray().Select(item => TextOf(name, item))],
            _ => throw Bad(name, "a text or a list of texts"),
        };
        return texts.Length <= MaxStopTexts && texts.All(text => text.Length is > 0 and <= MaxStopTextLength)
            ? texts
            : throw Bad(name, $"at most {MaxStopTexts} texts of 1 to {MaxStopTextLength} characters");
    }

    public static RequestException Bad(string name, string wanted)
        => new(ErrorCode.InvalidSettings, $"Invalid settings: {name} must be {wanted}.");

    private static string TextOf(string name, JsonElement value)
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
