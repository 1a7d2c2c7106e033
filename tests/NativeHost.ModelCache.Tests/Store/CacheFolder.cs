using System.Security.Cryptography;
using System.Text;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;

namespace NativeHost.ModelCache.Tests.Store;

/// <summary>A cache in a temporary folder, and the shapes in which tools leave files in it.</summary>
internal sealed class CacheFolder : IDisposable
{
    public const string CommitA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string CommitB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly DateTime Now = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("store");

    public CacheFolder() => Cache = new HubCache(Path.Combine(_folder.FullName, "hub"), TimeProvider.System);

    public HubCache Cache { get; }

    public string Root => Cache.Root;

    /// <summary>Of everything of this test, the cache's folder included.</summary>
    public string Outside => _folder.FullName;

    public static RepoId Tiny { get; } = RepoId.Parse("acme/tiny-GGUF");

    public string RepoFolder => Path.Combine(Root, Tiny.FolderName);

    public string Blobs => Path.Combine(RepoFolder, "blobs");

    public static ContentId Sha256(string text) => Id(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

#pragma warning disable CA5350 // What git calls it.
    public static ContentId Git(string text)
        => Id(Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes($"blob {Encoding.UTF8.GetByteCount(text)}\0{text}"))));
#pragma warning restore CA5350

    public string SnapshotPath(string commit, string path) => Path.Combine([RepoFolder, "snapshots", commit, .. path.Split('/')]);

    /// <summary>As huggingface_hub leaves a large file: a blob, and a relative link to it.</summary>
    public ContentId AddByPython(string path, string text, string commit = CommitA)
    {
        var content = WriteBlob(text);
        LinkRelative(commit, path, content.Hex);
        return content;
    }

    public ContentId WriteBlob(string text)
    {
        var content = Sha256(text);
        Write(Path.Combine(Blobs, content.Hex), text);
        return content;
    }

    public void LinkRelative(string commit, string path, string blobName)
    {
        var pointer = SnapshotPath(commit, path);
        Directory.CreateDirectory(Path.GetDirectoryName(pointer)!);
        File.CreateSymbolicLink(pointer, Path.GetRelativePath(Path.GetDirectoryName(pointer)!, Path.Combine(Blobs, blobName)));
    }

    public void WriteReference(string name, string commit) => Write(Path.Combine(RepoFolder, "refs", name), commit);

    /// <summary>As huggingface_hub writes it.</summary>
    public void WriteTree(string commit, params (string Path, ContentId Content, long Size)[] files)
        => Write(
            Path.Combine(RepoFolder, "trees", $"{commit}.json"),
            "{\"format_version\": 1, \"files\": {" + string.Join(", ", files.Select(file =>
                $"\"{file.Path}\": {{\"size\": {file.Size}, \"blob_id\": \"{new string('c', 40)}\", \"lfs_sha256\": \"{file.Content.Hex}\", \"lfs_size\": {file.Size}, \"xet_hash\": \"{new string('d', 64)}\"}}")) + "}}");

    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    public static string TextOf(string path) => File.ReadAllText(path);

    public IEnumerable<string> AllFiles()
        => Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    /// <summary>Files in the blobs' folder, without the locks of their use.</summary>
    public IEnumerable<string> BlobFiles()
        => Directory.Exists(Blobs) ? Directory.GetFiles(Blobs).Select(path => Path.GetFileName(path)!).Where(name => !name.EndsWith(".use", StringComparison.Ordinal)).Order(StringComparer.Ordinal) : [];

    /// <summary>Makes everything look as if it had been written then.</summary>
    public void Age(TimeSpan age) => Age(Root, Now - age);

    /// <summary>At the time from which <see cref="Age(TimeSpan)"/> counts.</summary>
    public static TimeProvider Clock { get; } = new StoppedClock();

    public void Dispose() => _folder.Delete(recursive: true);

    private static ContentId Id(string hex) => ContentId.TryParse(hex, out var id) ? id : throw new ArgumentException("No hash.", nameof(hex));

    private static void Age(string folder, DateTime time)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo && entry.LinkTarget is null)
            {
                Age(entry.FullName, time);
            }

            // A link's own time too, where the system has one.
            entry.LastWriteTimeUtc = time;
        }

        Directory.SetLastWriteTimeUtc(folder, time);
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
