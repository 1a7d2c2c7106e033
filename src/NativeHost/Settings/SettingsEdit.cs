using System.Text;
using System.Text.Json;

namespace NativeHost.Settings;

/// <summary>Changes one setting in the file, and leaves every other byte as the user wrote it.</summary>
internal static class SettingsEdit
{
    /// <summary>Writes a setting; the file and its folder are made where there is none.</summary>
    /// <param name="value">As it would stand in the file; a text may stand without its quotes.</param>
    /// <exception cref="SettingsEditException">There is no such setting, it cannot be that, or the file has to be mended first.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public static void Set(string file, string name, string value)
    {
        var written = Encoding.UTF8.GetBytes(Written(Known(name), value));
        var text = SettingsText.Of(ReadOrBegin(file));
        Write(file, text.Find(name) is { } place ? text.WithValue(place, written) : text.With(name, written));
    }

    /// <summary>Takes a setting out of the file, wherever it stands there.</summary>
    /// <inheritdoc cref="Set"/>
    public static void Unset(string file, string name)
    {
        _ = Known(name);
        var text = ReadOrBegin(file);
        var isChanged = false;
        while (SettingsText.Of(text) is var parsed && parsed.Find(name) is { } place)
        {
            text = parsed.Without(place);
            isChanged = true;
        }

        if (isChanged)
        {
            Write(file, text);
        }
    }

    private static HostSetting Known(string name)
        => HostSettingTable.Find(name) is not { } setting ? throw new SettingsEditException($"{UserSettings.Unknown(name)} tabagent config shows them.")
            : setting.Variable is null ? throw new SettingsEditException($"{name} is a list: write it into the file with an editor. docs/CONFIGURATION.md shows how.")
            : setting;

    // What is no JSON as it stands is meant as a text.
    private static string Written(HostSetting setting, string value)
    {
        foreach (var candidate in (string[])[value, JsonWords.Quoted(value)])
        {
            try
            {
                using var parsed = JsonDocument.Parse(candidate);
                List<SettingFault> faults = [];
                setting.Read(new SettingsEntry(setting.Name, 1, parsed.RootElement, []), HostSettings.Default, faults);
                if (faults.Count == 0)
                {
                    return candidate.Trim();
                }
            }
            catch (JsonException)
            {
                // The next candidate is JSON.
            }
        }

        throw new SettingsEditException($"{setting.Name} has to be {setting.Range}.");
    }

    private static byte[] ReadOrBegin(string file) => File.Exists(file) ? File.ReadAllBytes(file) : "{\n}\n"u8.ToArray();

    private static void Write(string file, byte[] text)
    {
        UserFile.MakeFolder(Path.GetDirectoryName(file)!);

        // People keep their settings elsewhere and link to them from here.
        var target = new FileInfo(file).LinkTarget is null ? file : File.ResolveLinkTarget(file, returnFinalTarget: true)!.FullName;
        UnixFileMode? mode = !OperatingSystem.IsWindows() && File.Exists(target) ? File.GetUnixFileMode(target) : null;
        UserFile.Replace(target, stream => stream.Write(text), mode);
    }
}

/// <summary>A setting cannot be changed so; the message is for the user.</summary>
internal sealed class SettingsEditException(string message, Exception? inner = null) : Exception(message, inner);
