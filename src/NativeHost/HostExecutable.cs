namespace NativeHost;

/// <summary>The file of this program.</summary>
internal static class HostExecutable
{
    /// <summary>Name of the program that browsers start, without ending.</summary>
    public const string FrontName = "tabagent-host";

    /// <summary>Absolute path of the executable that others can start.</summary>
    public static string Path { get; } = Find();

    /// <summary>The program that browsers are to start: the one that is published beside this one; where it is not there, this one.</summary>
    public static string ForBrowsers { get; } = FindFront();

    private static string FindFront()
    {
        var front = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(Path)!, OperatingSystem.IsWindows() ? $"{FrontName}.exe" : FrontName);
        return File.Exists(front) ? front : Path;
    }

    private static string Find()
    {
        var process = Environment.ProcessPath ?? "";

        // "dotnet tabagent.dll" runs inside dotnet, which nobody could start for us.
        return System.IO.Path.GetFileNameWithoutExtension(process) is "dotnet" or ""
            ? System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tabagent.exe" : "tabagent")
            : process;
    }
}
