using NativeHost.Grants;
using NativeHost.Settings;

namespace NativeHost.Registration;

/// <summary>Looks at the files that the user's choices are in: what is wrong in them counts as not said.</summary>
internal static class SettingsDoctor
{
    public static IEnumerable<Check> Run(string configFolder)
    {
        var settings = SettingsFile.PathIn(configFolder);
        yield return Try(
            "settings", settings, () => SettingsFile.Read(configFolder), "Mend the file, or remove it. README.md lists what may stand in it.");
        var grants = new GrantStore(configFolder, TimeProvider.System);
        yield return Try("grants", grants.FilePath, grants.Read, "Mend the file, or remove it and give the grants again: tabagent grants give");
    }

    private static Check Try(string code, string path, Func<object> read, string mend)
    {
        try
        {
            read();
            return new Check(code, CheckState.Ok, File.Exists(path) ? path : $"none in {path}; the defaults hold");
        }
        catch (Exception e) when (e is SettingsUnreadableException or GrantsUnreadableException or IOException or UnauthorizedAccessException)
        {
            return new Check(code, CheckState.Wrong, e.Message, mend);
        }
    }
}
