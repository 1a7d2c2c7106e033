using System.Text;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Which commits the names of a repository's branches and tags stood for when they were last asked for.</summary>
/// <remarks>Files below <c>refs</c>, named as the revision is, that hold 40 hexadecimal digits.</remarks>
internal sealed class References(RepositoryFolder repository)
{
    // A reference is 40 bytes, and perhaps a line's end.
    private const int MaxBytes = 128;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <returns>Null where the name is not known, or its file holds something else.</returns>
    public string? Read(string name) => RepoPath.IsSafe(name) ? ReadFile(Path.Combine(repository.References, RepositoryFolder.OnDisk(name))) : null;

    /// <exception cref="ModelCacheException">Name or commit is none, or it cannot be written.</exception>
    public void Write(string name, string commit)
    {
        // Asks whether the commit is one.
        _ = repository.Snapshot(commit);
        var path = Path.Combine(repository.References, RepositoryFolder.OnDisk(name));

        // What is written already need not be; but other tools put a line's end there that some cannot read.
        if (ReadFile(path) != commit || new FileInfo(path).Length != commit.Length)
        {
            repository.WriteWhole(path, Encoding.ASCII.GetBytes(commit));
        }
    }

    /// <summary>All names with their commits.</summary>
    /// <param name="folders">Gets the folders that were read, absolute.</param>
    public Dictionary<string, string> ReadAll(List<string> folders)
    {
        var commits = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(repository.References) && !FileLinks.IsLink(repository.References))
        {
            ReadFolder(repository.References, prefix: "", folders, commits);
        }

        return commits;
    }

    private static void ReadFolder(string folder, string prefix, List<string> folders, Dictionary<string, string> commits)
    {
        folders.Add(folder);
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
            {
                var name = prefix + entry.Name;
                if (entry.LinkTarget is not null || !RepoPath.IsSafe(name))
                {
                    continue;
                }

                if (entry is DirectoryInfo)
                {
                    ReadFolder(entry.FullName, $"{name}/", folders, commits);
                }
                else if (ReadFile(entry.FullName) is { } commit)
                {
                    commits[name] = commit;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went while it was read.
        }
    }

    private static string? ReadFile(string path)
    {
        try
        {
            if (new FileInfo(path) is not { Length: > 0 and <= MaxBytes })
            {
                return null;
            }

            var text = File.ReadAllText(path, Encoding.ASCII).Trim();
            return RepositoryFolder.IsCommit(text) ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
