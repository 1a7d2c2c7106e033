using System.Runtime.InteropServices;

namespace NativeHost.EndToEnd.Tests;

/// <summary>Where the things under test lie in the checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string ExtensionFolder => Path.Combine(Root, "tests/NativeHost.EndToEnd.Tests/Extension");

    public static string StoryModel => Path.Combine(Root, "tests/Golden/demo-model/tabagent-story-f16.gguf");

    public static string TernaryStoryModel => Path.Combine(Root, "src/NativeHost/DemoModel/tabagent-story-bitnet-i2_s.gguf");

    /// <summary>What a reference implementation makes of the ternary model's prompts, greedily.</summary>
    public static string TernaryStories => Path.Combine(Root, "tests/Golden/demo-model/golden-ternary.json");

    public static string LinuxInstaller => Path.Combine(Root, "installer/install-linux.sh");

    /// <summary>The folder that <c>scripts/check.cs</c> publishes the host to, for this machine's platform.</summary>
    public static string PublishedFolder => Path.Combine(Root, "artifacts/publish", Platform);

    /// <summary>A published executable.</summary>
    /// <param name="program">Its name without ending.</param>
    /// <exception cref="FileNotFoundException">It was not published; the text says how to.</exception>
    public static string Published(string program = "tabagent")
    {
        var path = Path.Combine(PublishedFolder, OperatingSystem.IsWindows() ? $"{program}.exe" : program);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException(
                $"Not published: {path}. Run: dotnet publish src/NativeHost -c Release "
                + $"-r {Platform} -o {PublishedFolder}");
    }

    // Not RuntimeInformation.RuntimeIdentifier: a distribution's own build of .NET names the distribution there.
    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            return $"{system}-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
        }
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "NativeHost.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No NativeHost.sln above {AppContext.BaseDirectory}.");
    }
}
