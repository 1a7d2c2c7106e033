using NativeHost.Grants;
using NativeHost.Processes;
using NativeHost.Settings;

namespace NativeHost.Registration;

/// <summary>Looks at the user's choices, in files and variables: what is wrong in them counts as not said.</summary>
internal static class SettingsDoctor
{
    private const string Mend = "Correct it. tabagent config shows what may stand there, and what holds.";

    /// <param name="variable">Gives a variable of the environment, or null.</param>
    public static IEnumerable<Check> Run(string configFolder, Func<string, string?> variable)
    {
        var settings = UserSettings.Read(configFolder, variable);
        return [.. Settings(settings), .. Commands(settings), Grants(new GrantStore(configFolder, TimeProvider.System))];
    }

    private static IEnumerable<Check> Settings(UserSettings settings)
        => settings.Faults.Count == 0
            ? [new Check("settings", CheckState.Ok, Found(settings.File))]
            : settings.Problems.Select(problem => new Check("settings", CheckState.Wrong, problem, Mend));

    // What keeps a command that the user listed from being run.
    private static IEnumerable<Check> Commands(UserSettings settings)
    {
        var programs = settings.Values.Commands.Select(command => command.Program).Distinct();
        var faults = programs.Select(program => (Path: program, Fault: TrustedProgram.FaultOf(program))).ToList();
        if (faults.Count > 0)
        {
            faults.Add((settings.File, TrustedProgram.FaultOfFile(settings.File)));
        }

        return faults.Where(file => file.Fault is not null)
            .Select(file => new Check("commands", CheckState.Wrong, $"{file.Path} {file.Fault}", "Mend it, or take its commands out of the settings; until then they are not run."));
    }

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
