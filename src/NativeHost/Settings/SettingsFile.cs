using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Settings;

/// <summary>The file <c>settings.json</c>: one JSON object, with comments where the user likes them. Only the user writes it.</summary>
internal static class SettingsFile
{
    private const long MaxBytes = 64 * 1024;

    /// <summary>Where it is, whether or not it is there.</summary>
    public static string PathIn(string configFolder) => Path.Combine(configFolder, "settings.json");

    /// <summary>Reads it; the defaults where there is none.</summary>
    /// <exception cref="SettingsUnreadableException">It cannot be read, or says what no setting can be; the message is for the user.</exception>
    public static HostSettings Read(string configFolder)
    {
        var path = PathIn(configFolder);
        if (!File.Exists(path))
        {
            return HostSettings.Default;
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxBytes)
            {
                throw new SettingsUnreadableException(path, $"it is over {MaxBytes} bytes");
            }

            var settings = JsonSerializer.Deserialize(stream, SettingsJson.Default.HostSettings)
                ?? throw new SettingsUnreadableException(path, "it is null");
            return settings.Fault() is { } fault ? throw new SettingsUnreadableException(path, fault) : settings;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsUnreadableException(path, e.Message, e);
        }
    }
}

/// <summary>The user's settings cannot be used.</summary>
internal sealed class SettingsUnreadableException(string path, string reason, Exception? inner = null)
    : Exception($"The settings in {path} are not used: {reason}. Mend the file or remove it; until then the defaults hold.", inner);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(HostSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
