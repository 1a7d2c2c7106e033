namespace NativeHost;

/// <summary>Where the host keeps its own files, by the rules of each system.</summary>
/// <remarks><c>TABAGENT_HOME</c> moves all of them under one folder. Nothing is created here.</remarks>
internal static class AppFolders
{
    private const string Name = "TabAgent";

    /// <summary>Model files that are named without a folder.</summary>
    public static string Models() => Moved("models") ?? Path.Combine(Data(), "models");

    /// <summary>Settings that callers saved for their models.</summary>
    public static string ModelSettings() => Moved("model-settings") ?? Path.Combine(Data(), "model-settings");

    /// <summary>The store of conversations.</summary>
    public static string Conversations() => Moved("conversations") ?? Path.Combine(Data(), "conversations");

    /// <summary>Log files.</summary>
    public static string Logs()
        => Moved("logs")
            ?? (OperatingSystem.IsWindows() ? Path.Combine(LocalAppData, Name, "logs")
                : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Logs", Name)
                : Path.Combine(Xdg("XDG_STATE_HOME", ".local", "state"), Name, "logs"));

    /// <summary>Files that can be made again.</summary>
    public static string Cache()
        => Moved("cache")
            ?? (OperatingSystem.IsWindows() ? Path.Combine(LocalAppData, Name, "cache")
                : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Caches", Name)
                : Path.Combine(Xdg("XDG_CACHE_HOME", ".cache"), Name));

    /// <summary>Computed prompts.</summary>
    public static string Prompts() => Path.Combine(Cache(), "prompts");

    /// <summary>Weights of ternary models as the engine computes with them.</summary>
    public static string PackedWeights() => Path.Combine(Cache(), "ternary");

    /// <summary>What the user chose.</summary>
    public static string Config()
        => Moved("config")
            ?? (OperatingSystem.IsWindows() ? Path.Combine(Of(Environment.SpecialFolder.ApplicationData), Name)
                : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Application Support", Name)
                : Path.Combine(Xdg("XDG_CONFIG_HOME", ".config"), Name));

    /// <summary>The user's own.</summary>
    public static string User() => Home;

    /// <summary>llama.cpp's libraries: beside the program, or where the user says.</summary>
    public static string Natives()
        => Environment.GetEnvironmentVariable("TABAGENT_NATIVES") is { Length: > 0 } named ? Path.GetFullPath(named) : Path.Combine(AppContext.BaseDirectory, "natives");

    private static string Home => Of(Environment.SpecialFolder.UserProfile);

    private static string LocalAppData => Of(Environment.SpecialFolder.LocalApplicationData);

    private static string Data()
        => OperatingSystem.IsWindows() ? Path.Combine(LocalAppData, Name)
            : OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Application Support", Name)
            : Path.Combine(Xdg("XDG_DATA_HOME", ".local", "share"), Name);

    // Whether or not it is there: else its name is empty, and our files would be looked for in the current directory.
    private static string Of(Environment.SpecialFolder folder) => Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);

    private static string? Moved(string folder)
        => Environment.GetEnvironmentVariable("TABAGENT_HOME") is { Length: > 0 } home ? Path.Combine(home, folder) : null;

    // The XDG rules say that a relative path is to be ignored.
    private static string Xdg(string variable, params string[] underHome)
        => Environment.GetEnvironmentVariable(variable) is { } given && Path.IsPathRooted(given)
            ? given
            : Path.Combine([Home, .. underHome]);
}
