using System.Diagnostics;
using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class VerificationTests : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly Verification _verification;

    public VerificationTests() => _verification = new Verification(_folder.Cache, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_foreign_blob_is_read_once_and_stamped()
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        var read = new Total();

        var path = await _verification.EnsureAsync(Tiny, CommitA, "a.gguf", read, Patience.Token);
        await _verification.EnsureAsync(Tiny, CommitA, "a.gguf", read, Patience.Token);

        Assert.Equal(_folder.SnapshotPath(CommitA, "a.gguf"), path);
        Assert.Equal(7, read.Bytes);
        Assert.True(BlobStamp.IsGood(_folder.Cache.FilesOf(Tiny, content)));
    }

    [Fact]
    public async Task Names_by_git_are_verified_too()
    {
        foreach (var text in new[] { "hello", "" })
        {
            var content = Git(text);
            Write(Path.Combine(_folder.Blobs, content.Hex), text);
            _folder.LinkRelative(CommitA, $"{text}.json", content.Hex);

            await _verification.EnsureAsync(Tiny, CommitA, $"{text}.json", null, Patience.Token);

            Assert.True(BlobStamp.IsGood(_folder.Cache.FilesOf(Tiny, content)));
        }
    }

    [Fact]
    public async Task A_bad_blob_is_put_aside_and_never_served_again()
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        _folder.LinkRelative(CommitB, "sub/b.gguf", content.Hex);
        await _verification.EnsureAsync(Tiny, CommitA, "a.gguf", null, Patience.Token);
        Write(Path.Combine(_folder.Blobs, content.Hex), "WEIGHTS");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Blobs, content.Hex), new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _verification.EnsureAsync(Tiny, CommitA, "a.gguf", null, Patience.Token));

        Assert.Equal(CacheFault.HashMismatch, failure.Fault);
        Assert.Equal([$"{content.Hex}.tabagent.bad"], _folder.BlobFiles());
        Assert.Null(_folder.Cache.Find(Tiny, CommitA, "a.gguf"));
        Assert.False(File.Exists(_folder.SnapshotPath(CommitB, "sub/b.gguf")));
    }

    [Fact]
    public async Task A_repository_is_read_whole_whatever_its_stamps_say()
    {
        var bad = _folder.AddByPython("bad.gguf", "weights");
        _folder.LinkRelative(CommitB, "also-bad.gguf", bad.Hex);
        var blob = Path.Combine(_folder.Blobs, bad.Hex);
        Write(blob, "WEIGHTS");
        BlobStamp.Write(_folder.Cache.FilesOf(Tiny, bad));
        var good = _folder.AddByPython("good.gguf", "good");
        var orphan = _folder.WriteBlob("orphan");
        Write(_folder.SnapshotPath(CommitA, "listed.gguf"), "listed");
        Write(_folder.SnapshotPath(CommitA, "unknown.gguf"), "unknown");
        _folder.WriteTree(CommitA, ("listed.gguf", Sha256("listed"), 6));
        _folder.LinkRelative(CommitA, "dangling.gguf", Sha256("gone").Hex);

        var verdicts = await _verification.VerifyAsync(Tiny, null, Patience.Token);

        Assert.Equivalent(
            new[]
            {
                new VerifiedContent(bad, [$"{CommitA}/bad.gguf", $"{CommitB}/also-bad.gguf"], VerifiedState.Bad),
                new VerifiedContent(good, [$"{CommitA}/good.gguf"], VerifiedState.Good),
                new VerifiedContent(orphan, [], VerifiedState.Good),
                new VerifiedContent(Sha256("listed"), [$"{CommitA}/listed.gguf"], VerifiedState.Good),
                new VerifiedContent(null, [$"{CommitA}/unknown.gguf"], VerifiedState.Unknown),
                new VerifiedContent(Sha256("gone"), [$"{CommitA}/dangling.gguf"], VerifiedState.Missing),
            }.Select(Text).Order(StringComparer.Ordinal).ToList(),
            verdicts.Select(Text).Order(StringComparer.Ordinal).ToList(),
            strict: true);
        Assert.Equal("listed", TextOf(await _verification.EnsureAsync(Tiny, CommitA, "listed.gguf", null, Patience.Token)));
    }

    [Fact]
    public async Task What_nothing_is_known_of_is_not_served_as_verified()
    {
        Write(_folder.SnapshotPath(CommitA, "unknown.gguf"), "unknown");

        foreach (var path in new[] { "unknown.gguf", "missing.gguf" })
        {
            var failure = await Assert.ThrowsAsync<ModelCacheException>(() => _verification.EnsureAsync(Tiny, CommitA, path, null, Patience.Token));
            Assert.Equal(CacheFault.NotCached, failure.Fault);
        }

        Assert.True(File.Exists(_folder.SnapshotPath(CommitA, "unknown.gguf")));
        Assert.Equal(
            CacheFault.NotCached,
            (await Assert.ThrowsAsync<ModelCacheException>(() => _verification.VerifyAsync(RepoId.Parse("no/one"), null, Patience.Token))).Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changes_while_it_is_read_is_neither_good_nor_bad(bool isOfOtherBytes)
    {
        var content = _folder.AddByPython("a.gguf", "weights");
        var blob = Path.Combine(_folder.Blobs, content.Hex);

        var failure = await Assert.ThrowsAsync<ModelCacheException>(
            () => _verification.EnsureAsync(Tiny, CommitA, "a.gguf", new Now(_ => Change()), Patience.Token));

        void Change()
        {
            if (isOfOtherBytes)
            {
                File.AppendAllText(blob, "!");
            }

            File.SetLastWriteTimeUtc(blob, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
        Assert.Equal([content.Hex], _folder.BlobFiles());
    }

    [Fact]
    public async Task A_pipe_in_a_blobs_place_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(_folder.Blobs);
        var content = Sha256("weights");
        using (var made = Process.Start("mkfifo", [Path.Combine(_folder.Blobs, content.Hex)]))
        {
            await made.WaitForExitAsync(Patience.Token);
        }

        _folder.LinkRelative(CommitA, "a.gguf", content.Hex);

        var verifying = Task.Run(() => _verification.EnsureAsync(Tiny, CommitA, "a.gguf", null, Patience.Token));
        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => verifying.WaitAsync(Patience.Token));

        Assert.Equal(CacheFault.HashMismatch, failure.Fault);
    }

    [Fact]
    public async Task A_verification_can_be_cancelled_and_leaves_all_as_it_was()
    {
        var content = _folder.AddByPython("a.gguf", new string('x', 3 * 1024 * 1024));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _verification.EnsureAsync(Tiny, CommitA, "a.gguf", new Now(_ => cancellation.Cancel()), cancellation.Token));

        Assert.Equal([content.Hex], _folder.BlobFiles());
    }

    [Fact]
    public async Task A_bad_link_to_another_tools_file_goes_and_that_file_stays()
    {
        var theirs = Path.Combine(_folder.Outside, "theirs.gguf");
        Write(theirs, "not the weights");
        var content = Sha256("weights");
        Directory.CreateDirectory(_folder.Blobs);
        File.CreateSymbolicLink(Path.Combine(_folder.Blobs, content.Hex), theirs);
        _folder.LinkRelative(CommitA, "a.gguf", content.Hex);

        await Assert.ThrowsAsync<ModelCacheException>(() => _verification.EnsureAsync(Tiny, CommitA, "a.gguf", null, Patience.Token));

        Assert.Empty(_folder.BlobFiles());
        Assert.Equal("not the weights", TextOf(theirs));
    }

    private static string Text(VerifiedContent verdict) => $"{verdict.Content} {verdict.State} {string.Join(' ', verdict.Files.Order(StringComparer.Ordinal))}";

    private sealed class Total : IProgress<long>
    {
        public long Bytes { get; private set; }

        public void Report(long value) => Bytes += value;
    }

    private sealed class Now(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
