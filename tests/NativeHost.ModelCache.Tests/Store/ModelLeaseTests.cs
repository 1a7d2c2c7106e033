using System.Diagnostics;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class ModelLeaseTests : IDisposable
{
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_loaded_model_is_not_deleted_until_the_last_lease_ends()
    {
        _folder.AddByPython("a-00001-of-00002.gguf", "one");
        _folder.AddByPython("a-00002-of-00002.gguf", "two");
        var deletion = new Deletion(_folder.Cache);
        var first = ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"]);
        var second = ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a-00002-of-00002.gguf"]);
        Assert.Equal(["one", "two"], first.Paths.Select(TextOf));

        foreach (var lease in new[] { first, second })
        {
            var before = _folder.AllFiles().Where(path => !path.EndsWith(".lock", StringComparison.Ordinal) && !path.EndsWith(".use", StringComparison.Ordinal)).ToList();
            Assert.Equal(CacheFault.ModelInUse, Assert.Throws<ModelCacheException>(() => deletion.DeleteRepository(Tiny)).Fault);
            Assert.Equal(CacheFault.ModelInUse, Assert.Throws<ModelCacheException>(() => deletion.DeleteFiles(Tiny, null, ["a-00002-of-00002.gguf"])).Fault);
            Assert.All(before, path => Assert.True(Path.Exists(Path.Combine(_folder.Root, path))));
            lease.Dispose();
        }

        deletion.DeleteRepository(Tiny);
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    [Fact]
    public void A_refused_deletion_and_a_lease_leave_no_locks_held()
    {
        _folder.AddByPython("a.gguf", "weights");
        using (ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a.gguf"]))
        {
            Assert.Throws<ModelCacheException>(() => new Deletion(_folder.Cache).DeleteRepository(Tiny));
        }

        var files = _folder.Cache.FilesOf(Tiny, Sha256("weights"));
        Assert.False(FileLock.IsHeld(files.Lock));
        Assert.False(FileLock.IsHeld(files.Use));
    }

    [Fact]
    public void What_is_not_here_or_being_deleted_cannot_be_leased()
    {
        _folder.AddByPython("a.gguf", "weights");
        Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a.gguf", "b.gguf"])).Fault);
        Assert.False(FileLock.IsHeld(_folder.Cache.FilesOf(Tiny, Sha256("weights")).Use));

        using (FileLock.TryTake(_folder.Cache.FilesOf(Tiny, Sha256("weights")).Use))
        {
            Assert.Equal(CacheFault.NotCached, Assert.Throws<ModelCacheException>(() => ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a.gguf"])).Fault);
        }
    }

    [Fact]
    public async Task A_cache_in_which_nothing_can_be_written_is_served_all_the_same()
    {
        // What a read-only disk would refuse, folders in the way refuse too, and to an administrator as well.
        _folder.AddByPython("a.gguf", "weights");
        var files = _folder.Cache.FilesOf(Tiny, Sha256("weights"));
        Directory.CreateDirectory(files.Use);
        Directory.CreateDirectory(files.Stamp);

        using var lease = ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a.gguf"]);
        await new Verification(_folder.Cache, TimeProvider.System).EnsureAsync(Tiny, CommitA, "a.gguf", null, Patience.Token);

        Assert.Equal("weights", TextOf(lease.Paths[0]));
        Assert.Equal(CacheFault.CacheUnusable, Assert.Throws<ModelCacheException>(() => new Deletion(_folder.Cache).DeleteRepository(Tiny)).Fault);
        Assert.NotNull(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));
    }

    [Fact]
    public async Task The_lock_is_one_that_other_programs_know()
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/usr/bin/flock"))
        {
            return;
        }

        _folder.AddByPython("a.gguf", "weights");
        var files = _folder.Cache.FilesOf(Tiny, Sha256("weights"));
        using var lease = ModelLease.Take(_folder.Cache, Tiny, CommitA, ["a.gguf"]);
        using (FileLock.TryTake(files.Lock))
        {
            Assert.Equal(1, await Flock("-xn", files.Lock));
            Assert.Equal(1, await Flock("-xn", files.Use));
            Assert.Equal(0, await Flock("-sn", files.Use));
        }

        Assert.Equal(0, await Flock("-xn", files.Lock));
    }

    [Fact]
    public async Task A_lease_ends_with_the_process_that_had_it()
    {
        if (OperatingSystem.IsWindows() || !File.Exists("/usr/bin/flock"))
        {
            return;
        }

        _folder.AddByPython("a.gguf", "weights");
        var use = _folder.Cache.FilesOf(Tiny, Sha256("weights")).Use;
        using var process = Process.Start("/usr/bin/flock", ["-s", use, "sleep", "600"]);
        await Until(() => FileLock.IsHeld(use));
        Assert.Throws<ModelCacheException>(() => new Deletion(_folder.Cache).DeleteRepository(Tiny));

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(Patience.Token);
        await Until(() => !FileLock.IsHeld(use));

        new Deletion(_folder.Cache).DeleteRepository(Tiny);
        Assert.False(Directory.Exists(_folder.RepoFolder));
    }

    private static async Task Until(Func<bool> condition)
    {
        var patience = Patience.Token;
        while (!condition())
        {
            await Task.Delay(10, patience);
        }
    }

    private static async Task<int> Flock(string how, string path)
    {
        using var process = Process.Start("/usr/bin/flock", [how, path, "true"]);
        await process.WaitForExitAsync(Patience.Token);
        return process.ExitCode;
    }
}
