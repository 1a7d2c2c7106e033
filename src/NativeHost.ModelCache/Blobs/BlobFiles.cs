using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Where one blob and what belongs to it lie in a hub cache.</summary>
/// <param name="root">Absolute path of the cache.</param>
public sealed class BlobFiles(string root, RepoId repo, ContentId content)
{
    /// <summary>Other programs clean up files called <c>.incomplete</c>, so ours are not.</summary>
    private const string Ours = ".tabagent";

    public RepoId Repo { get; } = repo;

    public ContentId Content { get; } = content;

    public string RepoFolder { get; } = Path.Combine(root, repo.FolderName);

    public string Folder => Path.Combine(RepoFolder, "blobs");

    /// <summary>The whole, verified file.</summary>
    public string Blob => Path.Combine(Folder, Content.Hex);

    /// <summary>What has been downloaded of it.</summary>
    public string Part => $"{Blob}{Ours}.part";

    /// <summary>Which blocks of the part are good.</summary>
    public string Journal => $"{Blob}{Ours}.journal";

    /// <summary>Says that the blob was verified, and how it looked then.</summary>
    public string Stamp => $"{Blob}{Ours}.ok";

    /// <summary>Held, shared, by who has the model loaded.</summary>
    public string Use => $"{Blob}{Ours}.use";

    /// <summary>Held by who downloads it, whatever the program. Never removed: who waits for it holds it open.</summary>
    public string Lock => Path.Combine(root, ".locks", Repo.FolderName, $"{Content.Hex}.lock");
}
