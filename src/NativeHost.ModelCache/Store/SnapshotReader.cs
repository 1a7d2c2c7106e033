using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Store;

/// <summary>Reads the snapshots of a repository as any tool may have left them: relative and absolute links, links of links, files in their place.</summary>
/// <remarks>Files that vanish meanwhile are not there. Folders that are links are not entered.</remarks>
internal sealed class SnapshotReader(RepositoryFolder repository)
{
    private const int MaxDepth = 64;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true, ReturnSpecialDirectories = false };

    // Blobs by what file they are; read once it is needed, which is where files lie in snapshots.
    private Dictionary<(ulong Device, ulong Number), string>? _blobsByIdentity;

    /// <summary>Every folder that was read, absolute: a file that comes or goes changes the time of one of them.</summary>
    public List<string> Folders { get; } = [];

    /// <summary>All files of all snapshots.</summary>
    public List<Pointer> ReadAll()
    {
        var pointers = new List<Pointer>();
        if (!Directory.Exists(repository.Snapshots) || FileLinks.IsLink(repository.Snapshots))
        {
            return pointers;
        }

        Folders.Add(repository.Snapshots);
        try
        {
            foreach (var snapshot in new DirectoryInfo(repository.Snapshots).EnumerateDirectories("*", Everything))
            {
                if (snapshot.LinkTarget is null)
                {
                    ReadFolder(snapshot, snapshot.Name, prefix: "", MaxDepth, pointers);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The repository is being deleted.
        }

        return pointers;
    }

    /// <summary>One file of one snapshot.</summary>
    /// <returns>Null where it is not there.</returns>
    /// <exception cref="ModelCacheException">It is no commit, or the path could lead out of the snapshot.</exception>
    public Pointer? TryRead(string commit, string path)
    {
        var fullPath = repository.PathOf(commit, path);
        for (var folder = Path.GetDirectoryName(fullPath)!; folder.Length > repository.Folder.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (FileLinks.IsLink(folder))
            {
                return new Pointer(commit, path, fullPath, PointerKind.LeadsOut, null, null);
            }
        }

        var file = new FileInfo(fullPath);
        return file.Exists ? Read(file, commit, path) : null;
    }

    private void ReadFolder(DirectoryInfo folder, string commit, string prefix, int depth, List<Pointer> pointers)
    {
        Folders.Add(folder.FullName);
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", Everything))
            {
                var path = prefix + entry.Name;
                if (entry is FileInfo file)
                {
                    pointers.Add(Read(file, commit, path));
                }
                else if (entry.LinkTarget is not null)
                {
                    pointers.Add(new Pointer(commit, path, entry.FullName, PointerKind.LeadsOut, null, null));
                }
                else if (depth > 0)
                {
                    ReadFolder((DirectoryInfo)entry, commit, $"{path}/", depth - 1, pointers);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went while it was read.
        }
    }

    private Pointer Read(FileInfo file, string commit, string path)
    {
        var target = file.Attributes.HasFlag(FileAttributes.ReparsePoint) ? file.LinkTarget : null;
        if (target is null)
        {
            return new Pointer(commit, path, file.FullName, PointerKind.File, BlobThatIs(file.FullName), FileLook.Of(file.FullName));
        }

        var blob = Path.GetFullPath(target, file.DirectoryName!);
        return IsInBlobs(blob)
            ? new Pointer(commit, path, file.FullName, PointerKind.LinkToBlob, Path.GetFileName(blob), FileLook.Of(blob))
            : new Pointer(commit, path, file.FullName, PointerKind.LeadsOut, null, null);
    }

    // The cache may have been reached by another path when an absolute link was made.
    private bool IsInBlobs(string path)
        => Path.GetDirectoryName(path) is { } folder && (folder == repository.Blobs || FileIdentity.AreSame(folder, repository.Blobs));

    private string? BlobThatIs(string file)
    {
        _blobsByIdentity ??= ReadBlobIdentities();
        return FileIdentity.Of(file) is { Links: > 1 } identity ? _blobsByIdentity.GetValueOrDefault((identity.Device, identity.Number)) : null;
    }

    private Dictionary<(ulong Device, ulong Number), string> ReadBlobIdentities()
    {
        var names = new Dictionary<(ulong, ulong), string>();
        try
        {
            foreach (var blob in new DirectoryInfo(repository.Blobs).EnumerateFiles("*", Everything))
            {
                if (FileIdentity.Of(blob.FullName) is { Links: > 1 } identity && !blob.Name.Contains('.', StringComparison.Ordinal))
                {
                    names[(identity.Device, identity.Number)] = blob.Name;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No blobs, then.
        }

        return names;
    }
}
