using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Store;

/// <summary>Finds what nobody needs in one repository. What it does not know it leaves alone.</summary>
/// <param name="now">Against which ages are taken. What was written later than that is new.</param>
/// <param name="olderThan">Age from which something is garbage.</param>
internal sealed class GarbageFinder(DateTime now, TimeSpan olderThan)
{
    // Other tools may write to theirs without a lock, and slowly.
    private static readonly TimeSpan LeastAgeOfOthers = TimeSpan.FromDays(1);

    private static readonly string[] OthersEndings = [".incomplete", ".downloadInProgress"];

    public List<GarbageFile> Find(RepositoryContents contents)
    {
        var garbage = new List<GarbageFile>();
        var neededNames = contents.Pointers.Select(pointer => pointer.BlobName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var contentsInSnapshots = contents.Pointers.Where(pointer => pointer.IsWhole).Select(contents.ContentOf).OfType<ContentId>().ToHashSet();
        foreach (var file in contents.BlobFiles.Values)
        {
            if (KindOf(contents, file, neededNames, contentsInSnapshots) is { } kind)
            {
                garbage.Add(Garbage(contents, kind, file.FullName, LengthOf(file), StoreFiles.ContentOf(file.Name)));
            }
        }

        foreach (var pointer in contents.Pointers)
        {
            // A link that leads elsewhere is somebody's wish, whatever is there.
            if (pointer is { Kind: PointerKind.LinkToBlob, Look: null } && IsOld(new FileInfo(pointer.FullPath).LastWriteTimeUtc, olderThan))
            {
                garbage.Add(Garbage(contents, GarbageKind.BrokenPointer, pointer.FullPath, 0, pointer.Content));
            }
        }

        AddFoldersAndReferences(contents, garbage);
        garbage.AddRange(UnusedListings(contents));
        return garbage;
    }

    private GarbageKind? KindOf(RepositoryContents contents, FileInfo file, HashSet<string> neededNames, HashSet<ContentId> contentsInSnapshots)
    {
        var others = Array.Exists(OthersEndings, ending => file.Name.EndsWith(ending, StringComparison.Ordinal));
        if (others || file.Name.EndsWith(StoreFiles.Temporary, StringComparison.Ordinal))
        {
            var least = others && LeastAgeOfOthers > olderThan ? LeastAgeOfOthers : olderThan;
            return !IsOld(file.LastWriteTimeUtc, least) ? null : others ? GarbageKind.OtherToolsDownload : GarbageKind.Bookkeeping;
        }

        if (StoreFiles.ContentOf(file.Name) is not { } content || !IsOld(file.LastWriteTimeUtc, olderThan) || !IsOld(NewestOf(contents, content), olderThan))
        {
            return null;
        }

        var files = contents.Repository.FilesOf(content);
        var hasBlob = contents.BlobFiles.ContainsKey(content.Hex);
        var hasPart = contents.BlobFiles.ContainsKey(Path.GetFileName(files.Part));
        return file.FullName switch
        {
            var path when path == files.Blob => neededNames.Contains(content.Hex) ? null : GarbageKind.OrphanBlob,
            _ when StoreFiles.IsDownload(file.Name) => GarbageKind.StaleDownload,
            var path when path == StoreFiles.PutAside(files) => GarbageKind.PutAside,

            // A blob that was moved into a snapshot keeps its stamp here.
            var path when path == files.Stamp => hasBlob || contentsInSnapshots.Contains(content) ? null : GarbageKind.Bookkeeping,
            var path when path == files.Use => hasBlob || hasPart || contentsInSnapshots.Contains(content) ? null : GarbageKind.Bookkeeping,
            var path when path == StoreFiles.Tombstone(files) => hasBlob ? null : GarbageKind.Bookkeeping,
            var path when path.StartsWith($"{files.Stamp}.", StringComparison.Ordinal) => GarbageKind.Bookkeeping,
            _ => null,
        };
    }

    /// <summary>When anything of a blob was last written: its part grows while its journal does, and a link made to another tool's old
    /// file has a new stamp.</summary>
    private static DateTime NewestOf(RepositoryContents contents, ContentId content)
    {
        var files = contents.Repository.FilesOf(content);
        return new[] { files.Blob, files.Part, files.Journal, files.Stamp }
            .Select(path => contents.BlobFiles.GetValueOrDefault(Path.GetFileName(path)))
            .OfType<FileInfo>()
            .Select(file => file.LastWriteTimeUtc)
            .DefaultIfEmpty(DateTime.MinValue)
            .Max();
    }

    private void AddFoldersAndReferences(RepositoryContents contents, List<GarbageFile> garbage)
    {
        var repository = contents.Repository;
        foreach (var folder in contents.Folders.Where(folder => folder.StartsWith(repository.Snapshots + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            var info = new DirectoryInfo(folder);
            if (info.Exists && IsOld(info.LastWriteTimeUtc, olderThan) && !info.EnumerateFileSystemInfos().Any())
            {
                garbage.Add(Garbage(contents, GarbageKind.EmptyFolder, folder, 0, null));
            }
        }

        foreach (var (name, commit) in contents.References)
        {
            var path = Path.Combine(repository.References, RepositoryFolder.OnDisk(name));
            if (!Directory.Exists(repository.Snapshot(commit)) && IsOld(new FileInfo(path).LastWriteTimeUtc, olderThan))
            {
                garbage.Add(Garbage(contents, GarbageKind.Bookkeeping, path, commit.Length, null));
            }
        }
    }

    /// <summary>What the hub said of commits of which nothing is here: somebody only looked.</summary>
    private IEnumerable<GarbageFile> UnusedListings(RepositoryContents contents)
    {
        var here = contents.FilesByContent();
        return
            from listing in contents.Listings.Values
            where !contents.Pointers.Any(pointer => pointer.Commit == listing.Commit)
            where !listing.Files.Any(file => here.Contains(file.Content))
            let file = new FileInfo(Path.Combine(contents.Repository.Trees, $"{listing.Commit}.json"))
            where file.Exists && IsOld(file.LastWriteTimeUtc, olderThan)
            select Garbage(contents, GarbageKind.Bookkeeping, file.FullName, file.Length, null);
    }

    private bool IsOld(DateTime written, TimeSpan age) => now - written >= age;

    private static GarbageFile Garbage(RepositoryContents contents, GarbageKind kind, string path, long bytes, ContentId? content)
        => new(contents.Repository.Repo, kind, Path.GetRelativePath(contents.Repository.Folder, path), bytes, content);

    // What has other paths, or is a link, gives nothing back.
    private static long LengthOf(FileInfo file)
        => !file.Exists || file.Attributes.HasFlag(FileAttributes.ReparsePoint) || FileIdentity.Of(file.FullName) is { Links: > 1 } ? 0 : file.Length;
}
