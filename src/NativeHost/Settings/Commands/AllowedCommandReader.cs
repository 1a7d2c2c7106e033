using System.Text.Json;
using System.Text.RegularExpressions;
using NativeHost.Registration;

namespace NativeHost.Settings.Commands;

/// <summary>Reads one command of the settings file. Whatever is not plainly right is refused: it allows something.</summary>
internal static partial class AllowedCommandReader
{
    private const int MostArguments = 64;
    private const string EveryExtension = "*";
    private static readonly NumberRange Seconds = new(0.1, 3600);
    private static readonly string[] Fields = ["name", "program", "arguments", "origins", "workingFolder", "timeoutSeconds"];
    private static readonly string[] WildcardFields = ["like", "characters", "maxLength"];

    /// <exception cref="FormatException">It is no command; the message goes on behind "a command".</exception>
    public static AllowedCommand Read(JsonElement command)
    {
        CheckFields(command, Fields);
        return new AllowedCommand(
            Optional(command, "name") is { } name ? Name(name) : null,
            Program(Required(command, "program")),
            Arguments(Required(command, "arguments")),
            Origins(Required(command, "origins")),
            Optional(command, "workingFolder") is { } folder ? AbsolutePath(folder, "workingFolder") : null,
            TimeSpan.FromSeconds(Optional(command, "timeoutSeconds") is { } seconds ? TimeoutSeconds(seconds) : 30));
    }

    private static void CheckFields(JsonElement item, string[] fields)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"has to be an object with {string.Join(", ", fields)}");
        }

        HashSet<string> seen = [];
        foreach (var property in item.EnumerateObject())
        {
            if (!fields.Contains(property.Name))
            {
                throw new FormatException(NearestName.Of(property.Name, fields) is { } nearest
                    ? $"has a field {property.Name}, which there is not; {nearest} may be meant"
                    : $"has a field {property.Name}, which there is not. There are: {string.Join(", ", fields)}");
            }

            if (!seen.Add(property.Name))
            {
                throw new FormatException($"has {property.Name} twice");
            }
        }
    }

    private static JsonElement? Optional(JsonElement item, string field)
        => item.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonElement Required(JsonElement item, string field) => Optional(item, field) ?? throw new FormatException($"needs {field}");

    private static string Name(JsonElement value)
        => value.ValueKind == JsonValueKind.String && NameForm().IsMatch(value.GetString()!)
            ? value.GetString()!
            : throw new FormatException("may have a name of at most 64 letters, digits, dots, dashes and underscores");

    private static string Program(JsonElement value)
    {
        var path = AbsolutePath(value, "program");
        return !OperatingSystem.IsWindows() || (path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) && !path.StartsWith(@"\\", StringComparison.Ordinal))
            ? path
            : throw new FormatException("has to name an .exe on this computer as its program: a batch file reads its arguments again, by rules of its own");
    }

    private static string AbsolutePath(JsonElement value, string field)
        => value.ValueKind == JsonValueKind.String && value.GetString() is { } path && Path.IsPathFullyQualified(path) && !path.Any(char.IsControl)
            ? path
            : throw new FormatException($"needs an absolute path as {field}");

    private static List<ArgumentPattern> Arguments(JsonElement value)
        => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MostArguments
            ? [.. value.EnumerateArray().Select(Argument)]
            : throw new FormatException($"needs a list of at most {MostArguments} as arguments, one for each; [] for none");

    private static ArgumentPattern Argument(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => new ListedArgument([Text(value)]),
        JsonValueKind.Array when value.GetArrayLength() > 0 => new ListedArgument([.. value.EnumerateArray().Select(Text)]),
        JsonValueKind.Object => Wildcard(value),
        _ => throw new FormatException("has an argument that is neither a text, nor a list of texts, nor an object with like"),
    };

    private static string Text(JsonElement value)
        => value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !text.Any(char.IsControl)
            ? text
            : throw new FormatException("has an argument that is no text of one line");

    private static WildcardArgument Wildcard(JsonElement value)
    {
        CheckFields(value, WildcardFields);
        var like = Text(Required(value, "like"));
        if (!like.Contains(WildcardArgument.Gap, StringComparison.Ordinal) || WildcardArgument.LeadsUp(like))
        {
            throw new FormatException("has an argument whose like has no * in it, or leads out of a folder by ..");
        }

        var characters = Optional(value, "characters") is { } more ? Text(more) : "";
        var maxLength = WildcardArgument.UsualLength;
        if (Optional(value, "maxLength") is { } length
            && !(length.ValueKind == JsonValueKind.Number && length.TryGetInt32(out maxLength) && maxLength is >= 1 and <= WildcardArgument.LongestLength))
        {
            throw new FormatException($"has an argument whose maxLength is not 1 to {WildcardArgument.LongestLength}");
        }

        return new WildcardArgument(like, characters, maxLength);
    }

    private static List<string>? Origins(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            throw new FormatException($"needs the extensions that it is for as origins, or [\"{EveryExtension}\"] for all that are registered");
        }

        List<string> given = [.. value.EnumerateArray().Select(Text)];
        return given is [EveryExtension]
            ? null
            : [.. given.Select(origin => ExtensionIds.CallerOf(origin) ?? throw new FormatException("has an origin that is no extension's id or origin"))];
    }

    private static double TimeoutSeconds(JsonElement value)
        => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && Seconds.Contains(seconds)
            ? seconds
            : throw new FormatException($"may have timeoutSeconds of {Seconds}");

    [GeneratedRegex(@"\A[0-9A-Za-z][0-9A-Za-z._-]{0,63}\z")]
    private static partial Regex NameForm();
}
