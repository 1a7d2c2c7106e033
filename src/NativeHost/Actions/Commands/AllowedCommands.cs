using NativeHost.Messages;
using NativeHost.Processes;
using NativeHost.Settings;
using NativeHost.Settings.Commands;

namespace NativeHost.Actions.Commands;

/// <summary>Finds the command that the user allowed. The file is read for each request anew: what is taken out of it counts at once.</summary>
/// <param name="configFolder">Absolute path of the folder of the settings file.</param>
internal sealed class AllowedCommands(string configFolder)
{
    private const string Example =
        """{"name": "status", "program": "/usr/bin/git", "arguments": ["status", "--short"], "origins": ["ORIGIN"]}""";

    private const string WindowsExample =
        """{"name": "status", "program": "C:\\Program Files\\Git\\bin\\git.exe", "arguments": ["status", "--short"], "origins": ["ORIGIN"]}""";

    /// <summary>The entry that allows a caller these words.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public AllowedCommand Find(Caller caller, IReadOnlyList<string> words)
    {
        var settings = UserSettings.Read(configFolder, _ => null);
        if (settings.Values.Commands.Count > 0 && TrustedProgram.FaultOfFile(settings.File) is { } fault)
        {
            throw Refusal(caller, settings.File, $"The settings file {fault}.");
        }

        // The user at this machine may do what any extension may.
        return settings.Values.Commands.FirstOrDefault(command => (caller.Kind == CallerKind.Local || command.IsFor(caller.Origin)) && command.Allows(words))
            ?? throw Refusal(caller, settings.File, settings.Faults.Count > 0 ? "There are mistakes in the settings: tabagent config shows them." : null);
    }

    // It does not tell what would be allowed.
    private static RequestException Refusal(Caller caller, string file, string? problem)
    {
        const string Advice = "Nothing is run but what the user lists in \"commands\" of the settings file; docs/CONFIGURATION.md explains it.";
        return new RequestException(ErrorCode.CommandNotAllowed, "Command not allowed")
        {
            Details = new ErrorDetails
            {
                Advice = problem is null ? Advice : $"{Advice} {problem}",
                File = file,
                Example = (OperatingSystem.IsWindows() ? WindowsExample : Example).Replace("ORIGIN", caller.Kind == CallerKind.Local ? "*" : caller.Origin, StringComparison.Ordinal),
            },
        };
    }
}
