using NativeHost.Grants;
using NativeHost.Settings;

namespace NativeHost.Registration;

/// <summary>Looks at the user's choices, in files and variables: what is wrong in them counts as not said.</summary>
internal static class SettingsDoctor
{
    private const string Mend = "Correct it. tabagent config shows what may stand there, and what holds.";

    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static IEnumerable<Check> Run(string configFolder, Func<string, string?> variable)
        => Settings(UserSettings.Read(configFolder, variable)).Append(Grants(new GrantStore(configFolder, TimeProvider.System)));

    private static IEnumerable<Check> Settings(UserSettings settings)
        => settings.Faults.Count == 0
            ? [new Check("settings", CheckState.Ok, Found(settings.File))]
            : settings.Problems.Select(problem => new Check("settings", CheckState.Wrong, problem, Mend));

    private static Check Grants(GrantStore grants)
    {
        try
        {
            grants.Read();
            return new Check("grants", CheckState.Ok, Found(grants.FilePath));
        }
        catch (Exception e) when (e is GrantsUnreadableException or IOException or UnauthorizedAccessException)
        {
            return new Check("grants", CheckState.Wrong, e.Message, "Mend the file, or remove it and give the grants again: tabagent grants give");
        }
    }

    private static string Found(string path) => File.Exists(path) ? path : $"none in {path}; the defaults hold";
}
