using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Where the parts of one repository lie in a hub cache.</summary>
/// <remarks>The layout is that of the hub's documentation, "local cache".</remarks>
/// <param name="root">Absolute path of the cache.</param>
internal sealed class RepositoryFolder(string root, RepoId repo)
{
    private const string Prefix = "models--";
    private const int CommitDigits = 40;

    public RepoId Repo { get; } = repo;

    public string Folder { get; } = Path.Combine(root, repo.FolderName);

    public string Blobs => Path.Combine(Folder, "blobs");

    public string Snapshots => Path.Combine(Folder, "snapshots");

    public string References => Path.Combine(Folder, "refs");

    public string Trees => Path.Combine(Folder, "trees");

    public string Absences => Path.Combine(Folder, ".no_exist");

    /// <summary>Whether the text is a commit's name; the one kind of name that is a folder in <see cref="Snapshots"/>.</summary>
    public static bool IsCommit(string text) => text.Length == CommitDigits && text.All(char.IsAsciiHexDigit);

    /// <returns>Null where the folder is no repository of models, or has a name that no hub gives today.</returns>
    public static RepositoryFolder? TryOf(string root, string folderName)
    {
        if (!folderName.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var names = folderName[Prefix.Length..].Split("--");
        return names.Length == 2 && RepoId.TryParse($"{names[0]}/{names[1]}", out var repo) ? new RepositoryFolder(root, repo) : null;
    }

    public BlobFiles FilesOf(ContentId content) => new(root, Repo, content);

    /// <exception cref="ModelCacheException">It is no commit.</exception>
    public string Snapshot(string commit)
        => IsCommit(commit)
            ? Path.Combine(Snapshots, commit)
            : throw new ModelCacheException(CacheFault.InvalidAddress, $"\"{StoreFault.Printable(commit)}\" is no commit; one has 40 hexadecimal digits.");

    /// <summary>Where a file of a snapshot lies, whether it is there or not. This, and never the blob's path, is what engines are given:
    /// they find the other files of a split model by name.</summary>
    /// <exception cref="ModelCacheException">It is no commit, or the path could lead out of the snapshot.</exception>
    public string PathOf(string commit, string path) => Path.Combine(Snapshot(commit), OnDisk(path));

    /// <exception cref="ModelCacheException">The path could lead out of its folder.</exception>
    public static string OnDisk(string path)
        => RepoPath.IsSafe(path)
            ? path.Replace('/', Path.DirectorySeparatorChar)
            : throw new ModelCacheException(
                CacheFault.InvalidAddress,
                $"\"{StoreFault.Printable(path)}\" cannot be a file's path on every system, so it is refused.");

    /// <summary>A new file beside the blobs, where no tool minds it and from where it can be renamed to anywhere in the repository.</summary>
    public string NewTemporary()
    {
        Directory.CreateDirectory(Blobs);
        return Path.Combine(Blobs, $"{Guid.NewGuid():N}{StoreFiles.Temporary}");
    }

    /// <summary>Writes a file of the repository so that no reader ever sees half of it.</summary>
    /// <exception cref="ModelCacheException">It cannot be written.</exception>
    public void WriteWhole(string path, byte[] bytes)
    {
        try
        {
            BesideDeletion.Do(() => TryWriteWhole(path, bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFault.Unusable(path, e);
        }
    }

    private void TryWriteWhole(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = NewTemporary();
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
