using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class PointerTests : IDisposable
{
    private const string Path = "q 4/möde l-00001-of-00002.gguf";

    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pointer_is_a_relative_link_to_the_blob()
    {
        var content = _folder.WriteBlob("weights");

        Assert.True(await _folder.Cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));
        Assert.True(await _folder.Cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));

        var path = _folder.SnapshotPath(CommitA, Path);
        Assert.Equal(path, _folder.Cache.PathOf(Tiny, CommitA, Path));
        Assert.Equal($"../../../blobs/{content.Hex}", new FileInfo(path).LinkTarget!.Replace('\\', '/'));
        Assert.Equal("weights", TextOf(path));
        Assert.Equal([content.Hex], _folder.BlobFiles());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pointer_that_is_right_is_left_as_it_is(bool isSymbolic)
    {
        var cache = new HubCache(_folder.Root, TimeProvider.System, isSymbolic);
        var content = _folder.WriteBlob("weights");
        await cache.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);
        _folder.Age(TimeSpan.Zero);
        var before = Directory.GetLastWriteTimeUtc(_folder.SnapshotPath(CommitA, "."));

        await cache.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);

        Assert.Equal(before, Directory.GetLastWriteTimeUtc(_folder.SnapshotPath(CommitA, ".")));
    }

    [Fact]
    public async Task A_pointer_is_replaced_by_one_to_another_blob()
    {
        var (old, wanted) = (_folder.WriteBlob("old"), _folder.WriteBlob("new"));
        await _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", old, Patience.Token);

        await _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", wanted, Patience.Token);

        Assert.Equal("new", TextOf(_folder.SnapshotPath(CommitA, "a.gguf")));
    }

    [Fact]
    public async Task Without_symbolic_links_a_pointer_is_a_hard_link()
    {
        var cache = new HubCache(_folder.Root, TimeProvider.System, usesSymbolicLinks: false);
        var content = _folder.WriteBlob("weights");

        Assert.True(await cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));
        Assert.True(await cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));

        Assert.Null(new FileInfo(cache.PathOf(Tiny, CommitA, Path)).LinkTarget);
        Assert.True(FileIdentity.AreSame(cache.PathOf(Tiny, CommitA, Path), cache.FilesOf(Tiny, content).Blob));
        Assert.Equal([content.Hex], _folder.BlobFiles());
    }

    [Fact]
    public async Task Without_any_links_the_blob_is_moved_and_is_found_all_the_same()
    {
        var cache = new HubCache(_folder.Root, TimeProvider.System, PointerWays.Move);
        var content = _folder.WriteBlob("weights");
        BlobStamp.Write(cache.FilesOf(Tiny, content));

        Assert.True(await cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));
        Assert.True(await cache.TryPointAsync(Tiny, CommitA, Path, content, Patience.Token));

        Assert.Equal("weights", TextOf(cache.PathOf(Tiny, CommitA, Path)));
        Assert.False(File.Exists(cache.FilesOf(Tiny, content).Blob));
    }

    [Fact]
    public async Task What_has_no_blob_gets_no_pointer()
    {
        Assert.False(await _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", Sha256("nowhere"), Patience.Token));
        Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => _folder.Cache.PathOf(Tiny, CommitA, "a.gguf")).Fault);
    }

    [Fact]
    public async Task A_pointer_waits_for_the_lock_of_its_blob()
    {
        var content = _folder.WriteBlob("weights");
        Task<bool> pointing;
        using (FileLock.TryTake(_folder.Cache.FilesOf(Tiny, content).Lock))
        {
            pointing = _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", content, Patience.Token);
            Assert.Null(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));
        }

        Assert.True(await pointing);
    }

    [Theory]
    [InlineData("../a.gguf")]
    [InlineData("/a.gguf")]
    [InlineData("a/../../../b")]
    public async Task Paths_that_lead_out_get_no_pointer(string path)
    {
        var content = _folder.WriteBlob("weights");

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _folder.Cache.TryPointAsync(Tiny, CommitA, path, content, Patience.Token));

        Assert.Equal(CacheFault.InvalidAddress, failure.Fault);
    }

    [Fact]
    public async Task Nothing_is_written_through_a_folder_that_is_a_link()
    {
        var content = _folder.WriteBlob("weights");
        var elsewhere = Directory.CreateDirectory(System.IO.Path.Combine(_folder.Outside, "elsewhere")).FullName;
        Directory.CreateDirectory(_folder.SnapshotPath(CommitA, "."));
        Directory.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "sub"), elsewhere);
        Write(System.IO.Path.Combine(elsewhere, "there.gguf"), "not ours");

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _folder.Cache.TryPointAsync(Tiny, CommitA, "sub/a.gguf", content, Patience.Token));

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
        Assert.Equal(["there.gguf"], Directory.GetFiles(elsewhere).Select(System.IO.Path.GetFileName));
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "sub/there.gguf"));
    }

    [Fact]
    public async Task A_file_where_a_folder_should_be_is_told()
    {
        var content = _folder.WriteBlob("weights");
        await _folder.Cache.TryPointAsync(Tiny, CommitA, "a", content, Patience.Token);

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _folder.Cache.TryPointAsync(Tiny, CommitA, "a/b", content, Patience.Token));

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
    }

    [Fact]
    public async Task Paths_that_differ_in_case_are_two_files_or_refused()
    {
        var (first, second) = (_folder.WriteBlob("first"), _folder.WriteBlob("second"));
        await _folder.Cache.TryPointAsync(Tiny, CommitA, "Model.gguf", first, Patience.Token);
        var tellsApart = !File.Exists(_folder.SnapshotPath(CommitA, "model.gguf"));

        var pointing = _folder.Cache.TryPointAsync(Tiny, CommitA, "model.gguf", second, Patience.Token);

        if (tellsApart)
        {
            Assert.True(await pointing);
        }
        else
        {
            await Assert.ThrowsAsync<ModelCacheException>(() => pointing);
        }

        Assert.Equal("first", TextOf(_folder.Cache.PathOf(Tiny, CommitA, "Model.gguf")));
        Assert.True(PointerMaker.IsAnotherCase(["Model.gguf", "other"], "model.gguf"));
        Assert.False(PointerMaker.IsAnotherCase(["Model.gguf", "model.gguf"], "model.gguf"));
        Assert.False(PointerMaker.IsAnotherCase(["other"], "model.gguf"));
    }

    [Fact]
    public void Absolute_links_of_other_tools_are_followed_into_the_blobs_only()
    {
        var content = _folder.WriteBlob("weights");
        var byOtherWay = System.IO.Path.Combine(_folder.Outside, "other-way");
        Directory.CreateSymbolicLink(byOtherWay, _folder.Root);
        Directory.CreateDirectory(_folder.SnapshotPath(CommitA, "."));
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "absolute"), System.IO.Path.Combine(_folder.Blobs, content.Hex));
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "other"), System.IO.Path.Combine(byOtherWay, Tiny.FolderName, "blobs", content.Hex));
        Write(System.IO.Path.Combine(_folder.Outside, "secret"), "secret");
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "out"), System.IO.Path.Combine(_folder.Outside, "secret"));
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "up"), $"../../blobs/../../../secret");
        File.CreateSymbolicLink(_folder.SnapshotPath(CommitA, "round"), "round");

        Assert.NotNull(_folder.Cache.Find(Tiny, CommitA, "absolute"));
        Assert.NotNull(_folder.Cache.Find(Tiny, CommitA, "other"));
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "out"));
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "up"));
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "round"));
    }

    [Fact]
    public void Files_that_lie_in_a_snapshot_and_blobs_that_are_links_are_found()
    {
        Write(_folder.SnapshotPath(CommitA, "direct.gguf"), "direct");
        var shared = System.IO.Path.Combine(_folder.Root, "blobs", "ab", "shared");
        Write(shared, "shared");
        var content = Sha256("shared");
        Directory.CreateDirectory(_folder.Blobs);
        File.CreateSymbolicLink(System.IO.Path.Combine(_folder.Blobs, content.Hex), $"../../blobs/ab/shared");
        _folder.LinkRelative(CommitA, "shared.gguf", content.Hex);
        _folder.LinkRelative(CommitA, "dangling.gguf", Sha256("gone").Hex);

        Assert.Equal("direct", TextOf(_folder.Cache.PathOf(Tiny, CommitA, "direct.gguf")));
        Assert.Equal("shared", TextOf(_folder.Cache.PathOf(Tiny, CommitA, "shared.gguf")));
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "dangling.gguf"));
    }

    [Fact]
    public void Names_of_folders_are_repositories_or_not()
    {
        Assert.Equal(Tiny, RepositoryFolder.TryOf("/", "models--acme--tiny-GGUF")?.Repo);
        Assert.All(
            ["models--gpt2", "datasets--a--b", "models--a--b--c", "models--..--b", "models----", "blobs", "version.txt"],
            name => Assert.Null(RepositoryFolder.TryOf("/", name)));
    }
}
