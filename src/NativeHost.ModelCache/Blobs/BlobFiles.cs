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

    /// <summary>A part whose bytes turned out not to be the blob, and could not be repaired: kept for whoever wants to know why.</summary>
    public string Quarantine => $"{Blob}{Ours}.bad";

    /// <summary>Says that the blob was verified, and how it looked then.</summary>
    public string Stamp => $"{Blob}{Ours}.ok";

    /// <summary>The part of one process alone, for where file locks do nothing.</summary>
    public string PartOf(int process) => $"{Blob}{Ours}.{process}.part";

    /// <summary>The journal of <see cref="PartOf"/>.</summary>
    public string JournalOf(int process) => $"{Blob}{Ours}.{process}.journal";

    /// <summary>Held, shared, by who has the model loaded.</summary>
    public string Use => $"{Blob}{Ours}.use";

    /// <summary>Held by who downloads it, whatever the program. Never removed: who waits for it holds it open.</summary>
    public string Lock => Path.Combine(root, ".locks", Repo.FolderName, $"{Content.Hex}.lock");
}
