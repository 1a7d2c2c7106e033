namespace NativeHost.ModelCache.Store;

/// <summary>What the host before this one left: models cut into pieces in a database, which no engine can open.</summary>
/// <param name="Folder">Absolute path.</param>
/// <param name="Bytes">That its files take.</param>
public sealed record OldChunkStore(string Folder, long Bytes)
{
    // Of libmdbx; of sled, the one before.
    private static readonly string[][] Marks = [["mdbx.dat"], ["db", "conf"]];

    /// <summary>Folders where it may be.</summary>
    /// <param name="variable">Gives an environment variable, or null.</param>
    /// <param name="home">The user's folder.</param>
    /// <param name="programFolder">Where that host was run.</param>
    public static IReadOnlyList<string> UsualFolders(Func<string, string?> variable, string home, string programFolder, ForeignSystem system)
    {
        var data = system switch
        {
            ForeignSystem.Windows => Set("APPDATA") ?? Path.Combine(home, "AppData", "Roaming"),
            ForeignSystem.MacOS => Path.Combine(home, "Library", "Application Support"),
            _ => Set("XDG_DATA_HOME") ?? Path.Combine(home, ".local", "share"),
        };
        string?[] folders = [Path.Combine(programFolder, "model_cache"), Path.Combine(data, "TabAgent", "db", "model-cache"), Set("MODEL_CACHE_DIR")];
        return [.. folders.OfType<string>().Where(Path.IsPathRooted).Distinct()];

        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Looks for it, and reads nothing of it.</summary>
    public static IReadOnlyList<OldChunkStore> Find(IEnumerable<string> folders)
        => [.. folders.Where(folder => Array.Exists(Marks, names => Array.TrueForAll(names, name => File.Exists(Path.Combine(folder, name))))).Select(Measure)];

    private static OldChunkStore Measure(string folder)
    {
        try
        {
            var files = new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { IgnoreInaccessible = true, RecurseSubdirectories = true, MaxRecursionDepth = 4 });
            return new OldChunkStore(folder, files.Sum(file => file.Length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new OldChunkStore(folder, 0);
        }
    }
}
