using System.Diagnostics;

namespace NativeHost.EndToEnd.Tests;

/// <summary>A user's home folder that exists for one test.</summary>
internal sealed class TemporaryHome : IDisposable
{
    private const int RemovalAttempts = 20;

    public string Path { get; } = Directory.CreateTempSubdirectory("tabagent-e2e-").FullName;

    /// <summary>Where Chromium keeps its profiles and, below them, the user's native messaging hosts.</summary>
    public string ChromiumProfile => System.IO.Path.Combine(Path, ".config", "chromium");

    /// <summary>Makes <paramref name="start"/> run as the user whose home this is.</summary>
    public void Apply(ProcessStartInfo start)
    {
        start.Environment["HOME"] = Path;
        foreach (var variable in start.Environment.Keys.Where(IsAboutFolders).ToList())
        {
            start.Environment.Remove(variable);
        }
    }

    /// <summary>Every file and folder in the home, relative to it, in order.</summary>
    public IReadOnlyList<string> Entries() =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
            .Select(entry => System.IO.Path.GetRelativePath(Path, entry))
            .Order(StringComparer.Ordinal)];

    /// <remarks>A browser's last processes may still write for a moment after it has ended.</remarks>
    public void Dispose()
    {
        for (var attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < RemovalAttempts)
            {
                using var pause = new ManualResetEventSlim();
                pause.Wait(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static bool IsAboutFolders(string variable) =>
        variable.StartsWith("XDG_", StringComparison.Ordinal)
        || variable.StartsWith("CHROME_", StringComparison.Ordinal)
        || variable == "TABAGENT_HOME";
}
