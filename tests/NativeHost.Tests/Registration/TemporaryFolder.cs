namespace NativeHost.Tests.Registration;

/// <summary>A folder of its own for one test, gone with it. Its name has a space and a letter beyond ASCII on purpose.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tabagent täst ").FullName;

    public string Sub(params string[] names)
    {
        var folder = System.IO.Path.Combine([Path, .. names]);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public string Write(string content, params string[] names)
    {
        var file = System.IO.Path.Combine([Path, .. names]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Every file below with its content, and every folder, in order: two of these compare whole trees.</summary>
    public IReadOnlyList<string> Tree() =>
    [
        .. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(entry => File.Exists(entry) ? $"{entry}: {File.ReadAllText(entry)}" : entry),
    ];

    /// <summary>Sets the rights of a file where the system has such rights.</summary>
    public static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
