using System.Runtime.InteropServices;

namespace NativeHost.EndToEnd.Tests;

/// <summary>The executable as users get it: one file in artifacts/publish, with what lies beside it.</summary>
internal static class PublishedHost
{
    /// <summary>The name that an extension connects to.</summary>
    public const string Name = "com.tabagent.host";

    /// <summary>The folder that holds the solution file.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    public static string Folder { get; } = Path.Combine(RepositoryRoot, "artifacts", "publish", RuntimeIdentifier());

    /// <summary>A model of a few megabytes that tells stories.</summary>
    public static string DemoModel { get; } =
        Path.Combine(RepositoryRoot, "src", "NativeHost", "DemoModel", "tabagent-story-q8_0.gguf");

    /// <summary>The path of the executable; skips the test where nothing is published.</summary>
    public static string Executable()
    {
        var path = Path.Combine(Folder, OperatingSystem.IsWindows() ? "tabagent.exe" : "tabagent");
        Assert.SkipUnless(File.Exists(path), $"The host is not published at {path}: run scripts/check.cs.");
        return path;
    }

    private static string RuntimeIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NativeHost.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No NativeHost.sln above {AppContext.BaseDirectory}.");
    }
}
