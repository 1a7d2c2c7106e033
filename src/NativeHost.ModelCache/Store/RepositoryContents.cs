using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>All that lies in one repository's folder at one moment.</summary>
/// <param name="BlobFiles">Everything in the blobs' folder, by name: blobs, and what belongs to blobs, other tools' too.</param>
/// <param name="References">Commits by the names of branches and tags.</param>
/// <param name="Listings">What the hub said about commits, by commit.</param>
/// <param name="Folders">The folders that were read, absolute.</param>
internal sealed record RepositoryContents(
    RepositoryFolder Repository,
    IReadOnlyDictionary<string, FileInfo> BlobFiles,
    IReadOnlyList<Pointer> Pointers,
    IReadOnlyDictionary<string, string> References,
    IReadOnlyDictionary<string, RepoListing> Listings,
    IReadOnlyList<string> Folders)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Tolerates what is missing, unreadable or goes meanwhile.</summary>
    public static RepositoryContents Read(RepositoryFolder repository)
    {
        List<string> folders = [repository.Folder];

        // Pointers before blobs: a blob that comes meanwhile has no pointer yet, and no pointer seems to have lost its blob.
        var snapshots = new SnapshotReader(repository);
        var pointers = snapshots.ReadAll();
        folders.AddRange(snapshots.Folders);

        var references = new References(repository).ReadAll(folders);
        var listings = new Dictionary<string, RepoListing>(StringComparer.Ordinal);
        foreach (var file in FilesIn(repository.Trees, folders))
        {
            if (new Listings(repository).Read(Path.GetFileNameWithoutExtension(file.Name)) is { } listing)
            {
                listings[listing.Commit] = listing;
            }
        }

        var blobFiles = FilesIn(repository.Blobs, folders).ToDictionary(file => file.Name, StringComparer.Ordinal);
        return new RepositoryContents(repository, blobFiles, pointers, references, listings, folders);
    }

    /// <summary>What a file of a snapshot should be: by its blob's name, else by what the hub said.</summary>
    public ContentId? ContentOf(Pointer pointer)
        => pointer.Content ?? (pointer.Kind == PointerKind.File ? ListedAt(pointer.Commit, pointer.Path)?.Content : null);

    /// <summary>The files beside the blobs by what they belong to, the blobs among them.</summary>
    public ILookup<ContentId, FileInfo> FilesByContent()
        => BlobFiles.Values
            .Select(file => (Content: StoreFiles.ContentOf(file.Name), File: file))
            .Where(pair => pair.Content is not null)
            .ToLookup(pair => pair.Content!, pair => pair.File);

    public RepoFile? ListedAt(string commit, string path)
        => Listings.GetValueOrDefault(commit)?.Files.FirstOrDefault(file => file.Path == path);

    private static List<FileInfo> FilesIn(string folder, List<string> folders)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                folders.Add(folder);
                return [.. new DirectoryInfo(folder).EnumerateFiles("*", Everything)];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As if it were not there.
        }

        return [];
    }
}
