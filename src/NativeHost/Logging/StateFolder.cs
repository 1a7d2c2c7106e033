namespace NativeHost.Logging;

/// <summary>Where the host keeps its logs.</summary>
internal static class StateFolder
{
    /// <summary>The folder for logs: under <c>TABAGENT_HOME</c> where that is set, else where the system keeps such files.</summary>
    public static string Logs()
    {
        if (Environment.GetEnvironmentVariable("TABAGENT_HOME") is { Length: > 0 } home)
        {
            return Path.Combine(home, "logs");
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TabAgent", "logs");
        }

        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(user, "Library", "Logs", "TabAgent");
        }

        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return Path.Combine(string.IsNullOrEmpty(state) ? Path.Combine(user, ".local", "state") : state, "TabAgent", "logs");
    }
}
