using NativeHost.CommandLine;

namespace NativeHost.Registration;

/// <summary>All that registration needs to know of a machine; made by hand in tests.</summary>
internal sealed record RegistrationContext
{
    public required MachineFolders Folders { get; init; }

    /// <summary>The program that browsers are to start: absolute path.</summary>
    public required string ExecutablePath { get; init; }

    /// <summary>The registry; null where the system has none.</summary>
    public IRegistryKeys? Registry { get; init; }

    /// <summary>The folder with native libraries that the user named; null where they lie beside the program.</summary>
    public string? NativesFolder { get; init; }

    /// <summary>Where the host writes its logs.</summary>
    public required string LogFolder { get; init; }

    /// <summary>Looks at the broker, the settings and the grants; null where the registration alone is looked at.</summary>
    public Func<IEnumerable<Check>>? CheckHost { get; init; }

    /// <summary>Ends the broker and removes what it leaves behind; null on a machine that has none.</summary>
    public Func<CancellationToken, Task>? RemoveBroker { get; init; }

    /// <summary>What the system has of what the native libraries need.</summary>
    public required SystemLibraries Libraries { get; init; }

    /// <summary>This machine, this user, this program.</summary>
    public static RegistrationContext OfThisMachine() => new()
    {
        Folders = MachineFolders.OfThisMachine(),
        ExecutablePath = HostExecutable.ForBrowsers,
        CheckHost = () => [.. BrokerDoctor.Run(LocalBroker.Hello, HostExecutable.ForBrowsers), .. SettingsDoctor.Run(AppFolders.Config(), Environment.GetEnvironmentVariable)],
        RemoveBroker = LocalBroker.RemoveAsync,
        Registry = OperatingSystem.IsWindows() ? new WindowsRegistryKeys() : null,
        NativesFolder = Environment.GetEnvironmentVariable("TABAGENT_NATIVES") is { Length: > 0 } named ? named : null,
        LogFolder = AppFolders.Logs(),
        Libraries = SystemLibraries.OfThisMachine(),
    };
}
