using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Store;

/// <summary>Removes files and counts what that gives back. Links are removed, never followed.</summary>
/// <param name="delete">Removes one file; <see cref="File.Delete"/> in earnest.</param>
internal sealed class RemovedFiles(Action<string> delete)
{
    /// <summary>Bytes that the disk has back: those of files whose last path was removed.</summary>
    public long FreedBytes { get; private set; }

    /// <summary>Files that the system still holds, absolute. They are removed when it lets go of them: see <see cref="Deletion.FinishEarlier()"/>.</summary>
    public List<string> Held { get; } = [];

    /// <summary>Removes a file that may be gone already.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Remove(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return;
        }

        var isLink = file.Attributes.HasFlag(FileAttributes.ReparsePoint);

        // A file with other paths frees nothing yet; the removal of its last path will.
        var freed = isLink || FileIdentity.Of(path) is { Links: > 1 } ? 0 : file.Length;
        if (OperatingSystem.IsWindows() && !isLink && file.IsReadOnly)
        {
            // Windows refuses to delete what is read-only; blobs are.
            file.IsReadOnly = false;
        }

        delete(path);
        FreedBytes += freed;
    }

    /// <summary>Removes a blob with all that belongs to it, but for the lock of its use, which is its guard's.</summary>
    /// <param name="belongings">Files beside the blobs that have its name.</param>
    /// <exception cref="IOException">Something cannot be removed, other than because the system holds the blob.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void RemoveBlob(BlobFiles files, IEnumerable<FileInfo> belongings)
    {
        foreach (var file in belongings.Where(file => StoreFiles.IsBelonging(file.Name)))
        {
            Remove(file.FullName);
        }

        try
        {
            Remove(files.Blob);
            Remove(StoreFiles.Tombstone(files));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows holds what is mapped. Where the folder cannot be written, this fails too.
            File.WriteAllBytes(StoreFiles.Tombstone(files), []);
            Held.Add(files.Blob);
        }
    }

    /// <summary>Removes a folder with all that is in it.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void RemoveTree(string folder)
    {
        if (FileLinks.IsLink(folder))
        {
            // The link to a folder, and not what is in that.
            Directory.Delete(folder);
            return;
        }

        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }).ToList())
        {
            if (entry is DirectoryInfo)
            {
                RemoveTree(entry.FullName);
            }
            else
            {
                Remove(entry.FullName);
            }
        }

        RemoveIfEmpty(folder);
    }

    /// <summary>Removes the folders from this one up that have nothing in them, but not <paramref name="last"/>.</summary>
    public static void RemoveEmptyFolders(string folder, string last)
    {
        while (folder.Length > last.Length && RemoveIfEmpty(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
    }

    /// <summary>Removes the folders in which there is nothing but such folders.</summary>
    public static void RemoveEmptyTree(string folder)
    {
        if (Directory.Exists(folder) && !FileLinks.IsLink(folder))
        {
            foreach (var inner in Directory.GetDirectories(folder))
            {
                RemoveEmptyTree(inner);
            }

            RemoveIfEmpty(folder);
        }
    }

    /// <summary>Whether a folder is gone, or was empty and could be removed.</summary>
    public static bool RemoveIfEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Something came into it meanwhile, or was kept.
            return false;
        }
    }
}
