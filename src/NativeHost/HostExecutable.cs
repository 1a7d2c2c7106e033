namespace NativeHost;

/// <summary>The file of this program.</summary>
internal static class HostExecutable
{
    /// <summary>Absolute path of the executable that others can start.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        var process = Environment.ProcessPath ?? "";

        // "dotnet tabagent.dll" runs inside dotnet, which nobody could start for us.
        return System.IO.Path.GetFileNameWithoutExtension(process) is "dotnet" or ""
            ? System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tabagent.exe" : "tabagent")
            : process;
    }
}
