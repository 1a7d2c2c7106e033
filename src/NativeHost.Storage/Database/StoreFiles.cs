using NativeHost.ModelCache.Blobs;

namespace NativeHost.Storage.Database;

/// <summary>Where the files of a store are.</summary>
/// <param name="folder">Absolute path. The files in it are the user's alone.</param>
internal sealed class StoreFiles(string folder)
{
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Folder { get; } = folder;

    /// <summary>All that is stored, as of the last checkpoint.</summary>
    public string Data { get; } = Path.Combine(folder, "conversations.db");

    /// <summary>What was stored since.</summary>
    public string Journal { get; } = Path.Combine(folder, "conversations.journal");

    /// <summary>Held by the process that owns the store.</summary>
    public string Lock { get; } = Path.Combine(folder, "conversations.lock");

    /// <summary>A data file that is being made. One that a crash left is worth nothing.</summary>
    public string Building { get; } = Path.Combine(folder, "conversations.building");

    /// <summary>A data file that was made to take the place of the one there is.</summary>
    public string Ready { get; } = Path.Combine(folder, "conversations.ready");

    /// <summary>Makes the folder where there is none, and lets nobody but the user look into it.</summary>
    public void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
            return;
        }

        Directory.CreateDirectory(Folder, OnlyTheUser);
        if (File.GetUnixFileMode(Folder) != OnlyTheUser)
        {
            File.SetUnixFileMode(Folder, OnlyTheUser);
        }
    }

    /// <summary>A name beside the data file for one that is kept but not used any more.</summary>
    /// <param name="why">A word in the name: damaged, or the schema that it has.</param>
    /// <param name="now">Also in the name.</param>
    public string Aside(string why, DateTimeOffset now)
    {
        var name = $"conversations.{why}-{now:yyyyMMdd'T'HHmmss'Z'}";
        var number = 1;
        var path = Path.Combine(Folder, name + ".db");
        while (File.Exists(path))
        {
            path = Path.Combine(Folder, $"{name}-{++number}.db");
        }

        return path;
    }

    /// <summary>Puts the names of the files on the disk.</summary>
    public void FlushNames() => FolderSync.Flush(Folder);
}
