using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class GarbageCollectorTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly CacheFolder _folder = new();
    private readonly GarbageCollector _garbage;

    public GarbageCollectorTests() => _garbage = new GarbageCollector(_folder.Cache, Clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_nobody_needs_goes_and_the_rest_stays()
    {
        var kept = AddAllKinds();
        _folder.Age(TimeSpan.FromDays(2));
        var before = _folder.AllFiles().ToList();

        var plan = _garbage.Plan(Hour, Patience.Token);
        Assert.Equal(before, _folder.AllFiles());
        var report = _garbage.Collect(Hour, Patience.Token);

        Assert.Equal(plan.Files, report.Files);
        Assert.Empty(report.Problems);
        Assert.Equal(
            new Dictionary<GarbageKind, long>
            {
                [GarbageKind.OrphanBlob] = 6,
                [GarbageKind.StaleDownload] = 4 + 7 + 5,
                [GarbageKind.OtherToolsDownload] = 3 + 5,
                [GarbageKind.PutAside] = 3,
                [GarbageKind.BrokenPointer] = 0,
                [GarbageKind.EmptyFolder] = 0,
                [GarbageKind.Bookkeeping] = 40 + 5 + 3,
            },
            report.BytesByKind);
        Assert.Equal([kept.Hex, $"{kept.Hex}.tabagent.ok", "not-ours.txt"], _folder.BlobFiles());
        Assert.Equal([_folder.SnapshotPath(CommitA, "a.gguf")], Directory.GetFileSystemEntries(Path.Combine(_folder.RepoFolder, "snapshots"), "*", SearchOption.AllDirectories).Where(path => !Directory.Exists(path)));
        Assert.False(Directory.Exists(_folder.SnapshotPath(CommitB, ".")));
        Assert.Equal(["main"], Directory.GetFiles(Path.Combine(_folder.RepoFolder, "refs")).Select(Path.GetFileName));
        Assert.Empty(_garbage.Plan(Hour, Patience.Token).Files);
    }

    [Fact]
    public void A_repository_that_somebody_only_looked_at_goes_as_a_whole()
    {
        _folder.Cache.Prepare(Tiny);
        _folder.Cache.WriteListing(new RepoListing(Tiny, CommitA, [new RepoFile("a.gguf", 1, Sha256("a"))]));
        _folder.Age(TimeSpan.FromMinutes(59));
        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
        Assert.True(Directory.Exists(Path.Combine(_folder.RepoFolder, "snapshots")));
        _folder.Age(TimeSpan.FromDays(2));

        var report = _garbage.Collect(Hour, Patience.Token);

        Assert.Equal([GarbageKind.Bookkeeping], report.Files.Select(file => file.Kind));
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public void What_is_young_stays()
    {
        AddAllKinds();
        _folder.Age(TimeSpan.FromMinutes(59));

        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
    }

    [Fact]
    public void What_is_of_the_future_stays()
    {
        AddAllKinds();
        _folder.Age(TimeSpan.FromDays(-1));

        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
    }

    [Fact]
    public void Other_tools_downloads_must_be_a_day_old()
    {
        AddAllKinds();
        _folder.Age(TimeSpan.FromHours(23));

        Assert.DoesNotContain(GarbageKind.OtherToolsDownload, _garbage.Collect(Hour, Patience.Token).BytesByKind.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_locked_stays_however_old(bool isDownload)
    {
        var files = _folder.Cache.FilesOf(Tiny, Sha256("x"));
        Write(files.Part, "part");
        Write(files.Blob + ".incomplete", "theirs");
        Write(files.Use, "");
        _folder.Age(TimeSpan.FromDays(100));
        using (FileLock.TryTake(isDownload ? files.Lock : files.Use))
        {
            Assert.Empty(_garbage.Plan(Hour, Patience.Token).Files);
            Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
        }

        Assert.Equal(2, _garbage.Collect(Hour, Patience.Token).Files.Count);
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public void A_journal_that_grows_keeps_its_part()
    {
        var files = _folder.Cache.FilesOf(Tiny, Sha256("x"));
        Write(files.Part, "part");
        Write(files.Journal, "journal");
        _folder.Age(TimeSpan.FromDays(2));
        File.SetLastWriteTimeUtc(files.Journal, Clock.GetUtcNow().UtcDateTime);

        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
    }

    [Fact]
    public async Task A_blob_that_only_hard_links_need_stays()
    {
        var hardLinks = new HubCache(_folder.Root, TimeProvider.System, usesSymbolicLinks: false);
        var content = _folder.WriteBlob("weights");
        await hardLinks.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);
        _folder.Age(TimeSpan.FromDays(2));

        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
    }

    [Fact]
    public void The_stamp_of_a_blob_that_was_moved_into_a_snapshot_stays()
    {
        Write(_folder.SnapshotPath(CommitA, "a.gguf"), "weights");
        _folder.WriteTree(CommitA, ("a.gguf", Sha256("weights"), 7));
        Write(_folder.Cache.FilesOf(Tiny, Sha256("weights")).Stamp, "stamp");
        _folder.Age(TimeSpan.FromDays(2));

        Assert.Empty(_garbage.Collect(Hour, Patience.Token).Files);
    }

    private ContentId AddAllKinds()
    {
        var kept = _folder.AddByPython("a.gguf", "weights");
        BlobStamp.Write(_folder.Cache.FilesOf(Tiny, kept));
        _folder.WriteReference("main", CommitA);
        Write(Path.Combine(_folder.Blobs, "not-ours.txt"), "whose?");

        _folder.WriteBlob("orphan");
        Write(_folder.Cache.FilesOf(Tiny, Sha256("part")).Part, "part");
        Write(_folder.Cache.FilesOf(Tiny, Sha256("part")).Journal, "journal");
        Write(Path.Combine(_folder.Blobs, $"{Sha256("alone").Hex}.tabagent.4711.part"), "alone");
        Write(Path.Combine(_folder.Blobs, $"{Sha256("py").Hex}.0123abcd.incomplete"), "pyt");
        Write(Path.Combine(_folder.Blobs, $"{Sha256("llama").Hex}.downloadInProgress"), "llama");
        Write(Path.Combine(_folder.Blobs, $"{Sha256("bad").Hex}.tabagent.bad"), "bad");
        Write(Path.Combine(_folder.Blobs, $"{Sha256("gone").Hex}.tabagent.ok"), "stamp");
        Write(Path.Combine(_folder.Blobs, "0123.tabagent.tmp"), "tmp");
        _folder.LinkRelative(CommitA, "sub/dangling.gguf", Sha256("gone").Hex);
        Directory.CreateDirectory(_folder.SnapshotPath(CommitB, "empty"));
        _folder.WriteReference("old", new string('e', 40));
        return kept;
    }
}
