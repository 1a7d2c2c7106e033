using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class DeletionTests : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly Deletion _deletion;

    public DeletionTests() => _deletion = new Deletion(_folder.Cache);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_quants_files_go_with_all_that_belongs_to_them_and_the_rest_stays()
    {
        var content = _folder.AddByPython("q4/a.gguf", "weights of q4");
        var other = _folder.AddByPython("q8/a.gguf", "weights of q8");
        var files = _folder.Cache.FilesOf(Tiny, content);
        BlobStamp.Write(files);
        Write(files.Journal, "left over");
        Write($"{files.Blob}.tabagent.4711.part", "of a process whose locks do nothing");
        var begun = Sha256("second shard");
        Write(_folder.Cache.FilesOf(Tiny, begun).Part, "sec");
        Write(_folder.Cache.FilesOf(Tiny, begun).Journal, "journal");
        _folder.WriteTree(CommitA, ("q4/a.gguf", content, 13), ("q4/b.gguf", begun, 12), ("q8/a.gguf", other, 13));
        _folder.WriteReference("main", CommitA);

        var report = _deletion.DeleteFiles(Tiny, null, ["q4/a.gguf", "q4/b.gguf"]);

        Assert.Equal([other.Hex], _folder.BlobFiles());
        Assert.Equal(1, report.Files);
        Assert.True(report.FreedBytes >= 13 + 3, $"{report.FreedBytes}");
        Assert.False(Directory.Exists(_folder.SnapshotPath(CommitA, "q4")));
        Assert.Equal("weights of q8", TextOf(_folder.Cache.PathOf(Tiny, CommitA, "q8/a.gguf")));
        Assert.Equal(CommitA, _folder.Cache.ReadReference(Tiny, "main"));
        Assert.True(File.Exists(files.Lock));
        Assert.False(File.Exists(files.Use));
    }

    [Fact]
    public void A_blob_that_another_snapshot_needs_stays_and_frees_nothing()
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        _folder.LinkRelative(CommitB, "renamed.gguf", content.Hex);
        _folder.WriteReference("main", CommitB);
        _folder.WriteReference("old", CommitA);
        BlobStamp.Write(_folder.Cache.FilesOf(Tiny, content));
        var absence = Path.Combine(_folder.RepoFolder, ".no_exist", CommitA, "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(absence)!);
        File.WriteAllText(absence, "");
        _folder.WriteTree(CommitA, ("a.gguf", content, 7));

        var report = _deletion.DeleteRevision(Tiny, CommitA);

        Assert.Equal(1, report.Files);
        Assert.False(Directory.Exists(_folder.SnapshotPath(CommitA, ".")));
        Assert.Equal("weights", TextOf(_folder.Cache.PathOf(Tiny, CommitB, "renamed.gguf")));
        Assert.True(BlobStamp.IsGood(_folder.Cache.FilesOf(Tiny, content)));
        Assert.Null(_folder.Cache.ReadReference(Tiny, "old"));
        Assert.Equal(CommitB, _folder.Cache.ReadReference(Tiny, "main"));
        Assert.Null(_folder.Cache.ReadListing(Tiny, CommitA));
        Assert.False(File.Exists(absence));
    }

    [Fact]
    public async Task A_hard_link_counts_as_need_and_bytes_are_freed_with_the_last_path()
    {
        var hardLinks = new HubCache(_folder.Root, TimeProvider.System, usesSymbolicLinks: false);
        var content = _folder.WriteBlob("weights");
        await hardLinks.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);
        await hardLinks.TryPointAsync(Tiny, CommitB, "b.gguf", content, Patience.Token);

        var first = _deletion.DeleteFiles(Tiny, CommitA, ["a.gguf"]);

        Assert.Equal(0, first.FreedBytes);
        Assert.Equal([content.Hex], _folder.BlobFiles());

        var second = _deletion.DeleteFiles(Tiny, CommitB, ["b.gguf"]);

        Assert.Equal(7, second.FreedBytes);
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public void The_last_file_takes_the_repositorys_folder_along()
    {
        _folder.AddByPython("a.gguf", "weights");
        _folder.WriteReference("main", CommitA);

        var report = _deletion.DeleteRevision(Tiny, CommitA);

        Assert.Equal(7, report.FreedBytes - CommitA.Length);
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public void A_repository_goes_whole_and_nothing_beside_it_is_touched()
    {
        var theirs = Path.Combine(_folder.Outside, "theirs");
        Write(Path.Combine(theirs, "model.gguf"), "theirs");
        _folder.AddByPython("a.gguf", "weights");
        Directory.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "folder"), theirs);
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "file"), Path.Combine(theirs, "model.gguf"));
        var linked = Sha256("theirs");
        File.CreateSymbolicLink(Path.Combine(_folder.Blobs, linked.Hex), Path.Combine(theirs, "model.gguf"));
        Write(Path.Combine(_folder.Blobs, $"{linked.Hex}.incomplete"), "python's");
        Write(Path.Combine(_folder.RepoFolder, "unknown", "file"), "?");
        var neighbour = Path.Combine(_folder.Root, "models--acme--other", "blobs", linked.Hex);
        Write(neighbour, "theirs");

        var report = _deletion.DeleteRepository(Tiny);

        Assert.False(Directory.Exists(_folder.RepoFolder));
        Assert.Equal(7 + 8 + 1, report.FreedBytes);
        Assert.Equal("theirs", TextOf(Path.Combine(theirs, "model.gguf")));
        Assert.True(File.Exists(neighbour));
        Assert.True(File.Exists(_folder.Cache.FilesOf(Tiny, Sha256("weights")).Lock));
    }

    [Fact]
    public void Links_of_a_revision_go_and_what_they_lead_to_stays()
    {
        var theirs = Path.Combine(_folder.Outside, "theirs");
        Write(Path.Combine(theirs, "model.gguf"), "theirs");
        Directory.CreateDirectory(_folder.SnapshotPath(CommitA, "."));
        Directory.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "folder"), theirs);
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "file"), Path.Combine(theirs, "model.gguf"));

        var report = _deletion.DeleteRevision(Tiny, CommitA);

        Assert.Equal(2, report.Files);
        Assert.False(Directory.Exists(_folder.RepoFolder));
        Assert.Equal("theirs", TextOf(Path.Combine(theirs, "model.gguf")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("blobs")]
    [InlineData("snapshots")]
    public void A_repository_behind_a_link_is_not_deleted(string part)
    {
        var elsewhere = Path.Combine(_folder.Outside, "elsewhere");
        _folder.AddByPython("a.gguf", "weights");
        var moved = Path.TrimEndingDirectorySeparator(Path.Combine(_folder.RepoFolder, part));
        Directory.Move(moved, elsewhere);
        Directory.CreateSymbolicLink(moved, elsewhere);
        var before = Directory.GetFileSystemEntries(elsewhere, "*", SearchOption.AllDirectories);

        Assert.Equal(CacheFault.CacheUnusable, Assert.Throws<ModelCacheException>(() => _deletion.DeleteRepository(Tiny)).Fault);
        Assert.Equal(CacheFault.CacheUnusable, Assert.Throws<ModelCacheException>(() => _deletion.DeleteRevision(Tiny, CommitA)).Fault);

        Assert.Equal(before, Directory.GetFileSystemEntries(elsewhere, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_is_being_downloaded_is_not_deleted()
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        var begun = Sha256("begun");
        Write(_folder.Cache.FilesOf(Tiny, begun).Part, "be");
        _folder.WriteTree(CommitA, ("a.gguf", content, 7), ("b.gguf", begun, 5));
        using (FileLock.TryTake(_folder.Cache.FilesOf(Tiny, begun).Lock))
        {
            Assert.Equal(CacheFault.ModelInUse, Assert.Throws<ModelCacheException>(() => _deletion.DeleteRepository(Tiny)).Fault);
            Assert.Equal(CacheFault.ModelInUse, Assert.Throws<ModelCacheException>(() => _deletion.DeleteFiles(Tiny, null, ["a.gguf", "b.gguf"])).Fault);
            Assert.NotNull(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));

            _deletion.DeleteFiles(Tiny, null, ["a.gguf"]);
        }

        Assert.Equal([$"{begun.Hex}.tabagent.part"], _folder.BlobFiles());
    }

    [Fact]
    public void A_download_that_begins_during_a_deletion_keeps_what_it_has()
    {
        _folder.AddByPython("a.gguf", "weights");
        var part = _folder.Cache.FilesOf(Tiny, Sha256("begun")).Part;
        var meanwhile = new Deletion(_folder.Cache)
        {
            DeleteFile = path =>
            {
                File.Delete(path);
                Write(part, "begun");
            },
        };

        meanwhile.DeleteRepository(Tiny);

        Assert.Equal([Path.GetFileName(part)], _folder.BlobFiles());
    }

    [Fact]
    public void What_is_not_here_cannot_be_deleted()
    {
        Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => _deletion.DeleteRepository(Tiny)).Fault);
        _folder.AddByPython("a.gguf", "weights");

        Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => _deletion.DeleteRevision(Tiny, CommitB)).Fault);
        Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => _deletion.DeleteFiles(Tiny, CommitA, ["b.gguf"])).Fault);
        Assert.NotNull(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_system_holds_is_deleted_at_the_next_start(bool asRepository)
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        var blob = Path.Combine(_folder.Blobs, content.Hex);
        var holding = new Deletion(_folder.Cache)
        {
            DeleteFile = path =>
            {
                if (path == blob)
                {
                    throw new UnauthorizedAccessException("It is mapped.");
                }

                File.Delete(path);
            },
        };

        var report = asRepository ? holding.DeleteRepository(Tiny) : holding.DeleteRevision(Tiny, CommitA);

        Assert.Equal([blob], report.Held);
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));
        Assert.Equal(0, holding.FinishEarlier());
        Assert.Equal([content.Hex, $"{content.Hex}.tabagent.deleted"], _folder.BlobFiles());

        Assert.Equal(7, _deletion.FinishEarlier());
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public async Task What_the_system_held_and_is_wanted_again_stays()
    {
        var content = _folder.WriteBlob("weights");
        var mark = Path.Combine(_folder.Blobs, $"{content.Hex}.tabagent.deleted");
        Write(mark, "");
        await _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);
        Assert.False(File.Exists(mark));

        // Another tool gives it a name again, and knows no marks.
        Write(mark, "");
        _deletion.FinishEarlier();

        Assert.Equal("weights", TextOf(_folder.Cache.PathOf(Tiny, CommitA, "a.gguf")));
        Assert.Equal([content.Hex], _folder.BlobFiles());
    }

    [Fact]
    public void Files_that_lie_in_the_snapshot_are_freed()
    {
        Write(_folder.SnapshotPath(CommitA, "a.gguf"), "weights");

        Assert.Equal(7, _deletion.DeleteFiles(Tiny, CommitA, ["a.gguf"]).FreedBytes);
    }
}
