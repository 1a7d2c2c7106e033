using System.ComponentModel;
using System.Diagnostics;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Commands;

/// <summary>A program that writes down how it was called, and settings that may allow it.</summary>
internal sealed class RecordingProgram : IDisposable
{
    private const int TextFileBusy = 26;

    private readonly TemporaryFolder _folder = new();

    public RecordingProgram()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the program.");
        Path = _folder.Write(
            """
            #!/bin/sh
            folder=$(dirname "$0")
            for argument in "$0" "$@"; do printf '%s\0' "$argument" >> "$folder/calls"; done
            printf '\n' >> "$folder/calls"
            printf '%s' "$*"
            """,
            "bin",
            "record");
        TemporaryFolder.SetMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        WaitUntilItStarts(Path);
        File.Delete(CallsFile);
    }

    public string Path { get; }

    public string ConfigFolder => _folder.Sub("config");

    /// <summary>How it was called so far: each time its own path, then the arguments.</summary>
    public IReadOnlyList<string[]> Calls => File.Exists(CallsFile)
        ? [.. File.ReadAllText(CallsFile).Split("\0\n", StringSplitOptions.RemoveEmptyEntries).Select(call => call.Split('\0'))]
        : [];

    private string CallsFile => _folder.Path + "/bin/calls";

    /// <summary>Writes settings that allow commands.</summary>
    /// <param name="commands">JSON, in which <c>PROGRAM</c> stands for the path.</param>
    public void Allow(params string[] commands)
        => _folder.Write($$"""{"commands": [{{string.Join(",\n", commands).Replace("PROGRAM", Path, StringComparison.Ordinal)}}]}""", "config", "settings.json");

    public string Write(string content, string name) => _folder.Write(content, name);

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Waits until a program can be run that was written just now: processes that other tests start at this moment may hold the file open for
    /// writing, until they have become another program.
    /// </summary>
    public static void WaitUntilItStarts(string path)
    {
        while (true)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(path) { RedirectStandardOutput = true })!;
                process.WaitForExit();
                return;
            }
            catch (Win32Exception e) when (e.NativeErrorCode == TextFileBusy)
            {
                Thread.Yield();
            }
        }
    }
}
