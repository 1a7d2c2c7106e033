namespace NativeHost.Registration;

/// <summary>The three systems whose browsers are known.</summary>
internal enum SystemKind
{
    Linux,
    MacOS,
    Windows,
}

/// <summary>The folders from which every place of a browser is computed; tests hand in their own, of any system.</summary>
/// <param name="System">The system whose rules apply.</param>
/// <param name="Home">The user's home folder.</param>
/// <param name="ConfigHome">Where programs keep settings on Linux: <c>XDG_CONFIG_HOME</c>, by default <c>~/.config</c>.</param>
/// <param name="LocalAppData">Where programs keep data on Windows: <c>%LOCALAPPDATA%</c>.</param>
/// <param name="SystemRoot">The folder that stands for the root of the file system; <c>/</c> outside tests.</param>
internal sealed record MachineFolders(
    SystemKind System,
    string Home,
    string ConfigHome,
    string LocalAppData,
    string SystemRoot = "/")
{
    /// <summary>Where the manifests lie that the registry of Windows points to.</summary>
    public string WindowsManifests => Path.Combine(LocalAppData, "TabAgent", "manifests");

    /// <summary>The folders of this machine and user, as the environment names them.</summary>
    public static MachineFolders OfThisMachine()
    {
        var system = OperatingSystem.IsWindows() ? SystemKind.Windows
            : OperatingSystem.IsMacOS() ? SystemKind.MacOS
            : SystemKind.Linux;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        // The XDG rules say that a relative path is to be ignored.
        var xdg = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        var configHome = Path.IsPathRooted(xdg) ? xdg : Path.Combine(home, ".config");
        return new MachineFolders(
            system,
            home,
            configHome,
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData));
    }
}
