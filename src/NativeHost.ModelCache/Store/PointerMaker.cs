using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>The ways in which a file of a snapshot can come to its bytes, the best first.</summary>
[Flags]
internal enum PointerWays
{
    SymbolicLink = 1,
    HardLink = 2,

    /// <summary>The blob itself is moved there, as huggingface_hub does where links cannot be made.</summary>
    Move = 4,

    All = SymbolicLink | HardLink | Move,
}

/// <summary>Puts a blob's path into a snapshot, at once or not at all.</summary>
internal sealed class PointerMaker(PointerWays ways)
{
    /// <summary>Replaces what is there. The caller holds the blob's lock and knows that the blob is there.</summary>
    /// <exception cref="ModelCacheException">It cannot be written, or would lie outside or over a file whose name differs in case only.</exception>
    public void Make(RepositoryFolder repository, string commit, string path, ContentId content)
    {
        var pointer = repository.PathOf(commit, path);
        var blob = repository.FilesOf(content).Blob;
        try
        {
            MakeFolders(repository, commit, path);
            if (IsRight(pointer, blob))
            {
                return;
            }

            var temporary = repository.NewTemporary();
            try
            {
                if (!TryLink(temporary, pointer, blob))
                {
                    if (!ways.HasFlag(PointerWays.Move))
                    {
                        throw StoreFault.Unusable(pointer, "cannot be made: this disk takes no links.");
                    }

                    temporary = blob;
                }

                File.Move(temporary, pointer, overwrite: true);
            }
            finally
            {
                if (temporary != blob)
                {
                    // Still there also where both were the same file: then a rename does nothing.
                    File.Delete(temporary);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(pointer, e);
        }
    }

    /// <summary>Whether a file of a snapshot leads to its blob already.</summary>
    /// <exception cref="ModelCacheException">Commit or path is none.</exception>
    public static bool IsMade(RepositoryFolder repository, string commit, string path, ContentId content)
        => IsRight(repository.PathOf(commit, path), repository.FilesOf(content).Blob);

    /// <summary>Whether a disk that does not tell cases apart would take the name for another that is there.</summary>
    internal static bool IsAnotherCase(IEnumerable<string> names, string name)
    {
        var others = names.ToList();
        return !others.Contains(name) && others.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private bool TryLink(string temporary, string pointer, string blob)
        => (ways.HasFlag(PointerWays.SymbolicLink) && FileLinks.TrySymbolicLink(temporary, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, blob)))
            || (ways.HasFlag(PointerWays.HardLink) && !FileLinks.IsLink(blob) && FileLinks.TryHardLink(blob, temporary));

    private static bool IsRight(string pointer, string blob)
        => FileLinks.IsLink(pointer)
            ? Path.GetFullPath(new FileInfo(pointer).LinkTarget!, Path.GetDirectoryName(pointer)!) == blob
            : FileIdentity.AreSame(pointer, blob);

    /// <summary>Makes the folders one by one, so that none of them can be a link to elsewhere.</summary>
    private static void MakeFolders(RepositoryFolder repository, string commit, string path)
    {
        var folder = repository.Snapshot(commit);
        Directory.CreateDirectory(folder);
        RefuseLink(repository.Snapshots);
        RefuseLink(folder);

        var names = path.Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            var entry = Path.Combine(folder, name);
            if (Path.Exists(entry) && IsAnotherCase(Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName)!, name))
            {
                throw StoreFault.Unusable(entry, "is one of two files whose names differ in case only, which this disk cannot hold.");
            }

            if (i < names.Length - 1)
            {
                Directory.CreateDirectory(entry);
                RefuseLink(entry);
            }

            folder = entry;
        }
    }

    private static void RefuseLink(string folder)
    {
        if (FileLinks.IsLink(folder))
        {
            throw StoreFault.Unusable(folder, "is a link to another place, and nothing is written through it. Remove the link.");
        }
    }
}
