using System.Text.Json;

namespace NativeHost.Registration;

/// <summary>What a write did to the file.</summary>
internal enum ManifestWrite
{
    Unchanged,
    Written,
    ForeignBackedUp,
}

/// <summary>What a removal did to the file.</summary>
internal enum ManifestRemoval
{
    Absent,
    Removed,
    ForeignRestored,
    ForeignKept,
}

/// <summary>Writes and removes manifest files, and keeps those of other programs safe.</summary>
internal static class ManifestFile
{
    private const string BackupEnding = ".tabagent-backup";

    /// <summary>Where the file of another program is kept while ours stands in its place.</summary>
    public static string BackupOf(string path) => path + BackupEnding;

    /// <summary>Puts the manifest there in one step: a browser sees the old file or the new one, never a part.</summary>
    public static ManifestWrite Write(string path, HostManifest manifest)
    {
        var content = manifest.ToFile();
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
        {
            return ManifestWrite.Unchanged;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            var isForeign = File.Exists(path) && !IsOurs(path);
            if (isForeign)
            {
                KeepOlderBackup(path);
                File.Move(path, BackupOf(path));
            }

            File.Move(temporary, path, overwrite: true);
            return isForeign ? ManifestWrite.ForeignBackedUp : ManifestWrite.Written;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Takes our file away and puts back what stood there before; leaves the file of another program alone.</summary>
    public static ManifestRemoval Remove(string path)
    {
        var isThere = File.Exists(path);
        if (isThere && !IsOurs(path))
        {
            return ManifestRemoval.ForeignKept;
        }

        if (File.Exists(BackupOf(path)))
        {
            File.Move(BackupOf(path), path, overwrite: true);
            return ManifestRemoval.ForeignRestored;
        }

        if (!isThere)
        {
            return ManifestRemoval.Absent;
        }

        File.Delete(path);
        RemoveIfEmpty(Path.GetDirectoryName(path)!);
        return ManifestRemoval.Removed;
    }

    /// <summary>Removes a folder that holds nothing.</summary>
    public static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    /// <summary>Moves the backup of another program's file aside, where yet another one comes to be kept.</summary>
    private static void KeepOlderBackup(string path)
    {
        if (!File.Exists(BackupOf(path)))
        {
            return;
        }

        var number = 2;
        while (File.Exists($"{BackupOf(path)}.{number}"))
        {
            number++;
        }

        File.Move(BackupOf(path), $"{BackupOf(path)}.{number}");
    }

    private static bool IsOurs(string path)
    {
        try
        {
            return HostManifest.Parse(File.ReadAllBytes(path)).IsOurs;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
