namespace NativeHost.ModelCache.Repositories;

/// <summary>A file of a repository at one commit.</summary>
/// <param name="Path">Relative, with slashes; safe to put behind a folder (see <see cref="RepoPath"/>).</param>
/// <param name="Size">Bytes.</param>
public sealed record RepoFile(string Path, long Size, ContentId Content);

/// <summary>All files of a repository at one commit.</summary>
/// <param name="Commit">40 hexadecimal digits.</param>
/// <param name="Files">In the hub's order.</param>
public sealed record RepoListing(RepoId Repo, string Commit, IReadOnlyList<RepoFile> Files);
