using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class CacheScanTests : IDisposable
{
    private readonly CacheFolder _folder = new();
    private readonly Catalogue _catalogue;
    private readonly CacheScan _scan;

    public CacheScanTests()
    {
        _catalogue = new Catalogue(_folder.Outside, _folder.Cache, TimeProvider.System);
        _scan = new CacheScan(_folder.Cache, _catalogue, TimeProvider.System);
    }

    private string ScanFile => Assert.Single(Directory.GetFiles(Path.Combine(_folder.Outside, "catalog"), "scan", SearchOption.AllDirectories));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cache_that_is_not_there_is_empty() => Assert.Empty(Read().Repositories);

    [Fact]
    public void Files_are_told_by_what_is_known_of_their_bytes()
    {
        var verified = _folder.AddByPython("a-verified.gguf", "verified");
        BlobStamp.Write(_folder.Cache.FilesOf(Tiny, verified));
        var foreign = _folder.AddByPython("b-foreign.gguf", "foreign");
        _folder.LinkRelative(CommitA, "c-dangling.gguf", Sha256("gone").Hex);
        var partial = Sha256("partial");
        Write(_folder.Cache.FilesOf(Tiny, partial).Part, "part");
        Write(_folder.Cache.FilesOf(Tiny, partial).Journal, "journal");
        var cut = _folder.AddByPython("e-cut.gguf", "cut off");
        Write(_folder.SnapshotPath(CommitA, "f-direct.gguf"), "direct");
        _folder.WriteTree(CommitA, ("d-partial.gguf", partial, 7), ("e-cut.gguf", cut, 100), ("f-direct.gguf", Sha256("direct"), 6), ("not-here.gguf", Sha256("x"), 1));
        _folder.WriteReference("main", CommitA);

        var repository = Assert.Single(Read().Repositories);

        var revision = Assert.Single(repository.Revisions);
        Assert.Equal((CommitA, "main"), (revision.Commit, Assert.Single(revision.References)));
        Assert.Equal(
            [
                new CachedFile("a-verified.gguf", verified, 8, 8, CachedFileState.Verified),
                new CachedFile("b-foreign.gguf", foreign, 7, 7, CachedFileState.Unverified),
                new CachedFile("c-dangling.gguf", Sha256("gone"), 0, 0, CachedFileState.Broken),
                new CachedFile("d-partial.gguf", partial, 7, 4, CachedFileState.Partial),
                new CachedFile("e-cut.gguf", cut, 100, 7, CachedFileState.Broken),
                new CachedFile("f-direct.gguf", Sha256("direct"), 6, 6, CachedFileState.Unverified),
            ],
            revision.Files);
        Assert.Equal([new PartialBlob(partial, 4, CanResume: true)], repository.Partials);
    }

    [Fact]
    public async Task Bytes_count_once_however_many_files_they_are()
    {
        var content = _folder.AddByPython("a.gguf", "twelve bytes");
        _folder.LinkRelative(CommitA, "b.gguf", content.Hex);
        _folder.LinkRelative(CommitB, "a.gguf", content.Hex);
        var hardLinks = new HubCache(_folder.Root, TimeProvider.System, usesSymbolicLinks: false);
        await hardLinks.TryPointAsync(Tiny, CommitB, "hard.gguf", content, Patience.Token);

        var contents = Read();

        Assert.Equal(12, contents.BytesOnDisk);
        Assert.Equal(4, contents.Repositories[0].Revisions.Sum(revision => revision.Files.Count));
        Assert.All(contents.Repositories[0].Revisions.SelectMany(revision => revision.Files), file => Assert.Equal(content, file.Content));
    }

    [Fact]
    public void A_stamp_does_not_survive_a_change_at_the_end_of_a_link()
    {
        var theirs = Path.Combine(_folder.Outside, "theirs.gguf");
        Write(theirs, "weights");
        var content = Sha256("weights");
        Directory.CreateDirectory(_folder.Blobs);
        File.CreateSymbolicLink(Path.Combine(_folder.Blobs, content.Hex), theirs);
        _folder.LinkRelative(CommitA, "a.gguf", content.Hex);
        BlobStamp.Write(_folder.Cache.FilesOf(Tiny, content));
        Assert.Equal(CachedFileState.Verified, OnlyFile().State);

        Write(theirs, "other weights");

        Assert.Equal(CachedFileState.Unverified, OnlyFile().State);
        Assert.Equal(0, Read().BytesOnDisk);
    }

    [Fact]
    public void Other_things_in_the_cache_are_left_out()
    {
        Write(Path.Combine(_folder.Root, "datasets--a--b", "blobs", Sha256("x").Hex), "x");
        Write(Path.Combine(_folder.Root, "models--gpt2", "blobs", Sha256("x").Hex), "x");
        Write(Path.Combine(_folder.Root, "models--a--b"), "a file");
        Write(Path.Combine(_folder.Root, "version.txt"), "1");
        _folder.AddByPython("con.gguf", "a name that not every system has");
        Write(_folder.SnapshotPath("not-a-commit", "a.gguf"), "x");

        var repository = Assert.Single(Read().Repositories);

        Assert.Equal(Tiny, repository.Repo);
        Assert.Empty(repository.Revisions);
    }

    [Fact]
    public void What_has_not_changed_is_not_read_again()
    {
        _folder.AddByPython("a.gguf", "weights");
        _folder.Age(TimeSpan.FromDays(1));
        var first = Read();
        Assert.Equal(1, _scan.ReadAnew);

        var second = Read();

        Assert.Equal(0, _scan.ReadAnew);
        Assert.Equal(first.Repositories[0].Revisions[0].Files, second.Repositories[0].Revisions[0].Files);
        Assert.Equal(first.BytesOnDisk, second.BytesOnDisk);
    }

    [Fact]
    public void What_was_written_just_now_is_read_again()
    {
        _folder.AddByPython("a.gguf", "weights");
        Read();

        Read();

        Assert.Equal(1, _scan.ReadAnew);
    }

    [Theory]
    [InlineData("blob")]
    [InlineData("pointer")]
    [InlineData("reference")]
    [InlineData("part")]
    [InlineData("stamp")]
    [InlineData("tree")]
    [InlineData("in place")]
    public void Each_change_is_seen(string change)
    {
        var content = _folder.AddByPython("sub/a.gguf", "weights");
        var files = _folder.Cache.FilesOf(Tiny, content);
        Write(_folder.Cache.FilesOf(Tiny, Sha256("other")).Part, "part");
        _folder.Age(TimeSpan.FromDays(1));
        Read();
        Read();
        Assert.Equal(0, _scan.ReadAnew);

        switch (change)
        {
            case "blob": _folder.WriteBlob("orphan"); break;
            case "pointer": _folder.LinkRelative(CommitA, "sub/b.gguf", content.Hex); break;
            case "reference": _folder.WriteReference("main", CommitA); break;
            case "part": File.AppendAllText(_folder.Cache.FilesOf(Tiny, Sha256("other")).Part, "more"); break;
            case "stamp": BlobStamp.Write(files); break;
            case "tree": _folder.WriteTree(CommitA, ("sub/a.gguf", content, 7)); break;
            default: File.AppendAllText(files.Blob, "!"); break;
        }

        Read();

        Assert.Equal(1, _scan.ReadAnew);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"version\":1,\"root\":null,\"repositories\":{}}")]
    [InlineData("{\"version\":1,\"root\":\"")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_catalogue_costs_time_only(string text)
    {
        _folder.AddByPython("a.gguf", "weights");
        _folder.Age(TimeSpan.FromDays(1));
        var before = Read();
        Write(ScanFile, text);

        var after = Read();

        Assert.Equal(1, _scan.ReadAnew);
        Assert.Equal(before.Repositories[0].Revisions[0].Files, after.Repositories[0].Revisions[0].Files);
        Read();
        Assert.Equal(0, _scan.ReadAnew);
    }

    [Fact]
    public void A_catalogue_cut_at_any_byte_costs_time_only()
    {
        _folder.AddByPython("a.gguf", "weights");
        _folder.Age(TimeSpan.FromDays(1));
        Read();
        var whole = File.ReadAllBytes(ScanFile);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(ScanFile, whole[..length]);
            Assert.Equal("a.gguf", OnlyFile().Path);
            Assert.Equal(1, _scan.ReadAnew);
        }
    }

    [Fact]
    public async Task Notes_are_kept_and_changed()
    {
        var quant = new ModelKey(Tiny, "Q4_K_M");
        await _catalogue.NoteAsync(quant, note => note with { IsPinned = true, Source = "pull" }, Patience.Token);
        await _catalogue.NoteAsync(new ModelKey(Tiny, null), note => note, Patience.Token);
        await _catalogue.NoteAsync(quant, note => note with { LastUsed = DateTimeOffset.UnixEpoch }, Patience.Token);

        var notes = new Catalogue(_folder.Outside, _folder.Cache, TimeProvider.System).ReadNotes();

        Assert.Equal([new ModelNote(quant, true, DateTimeOffset.UnixEpoch, "pull"), new ModelNote(new ModelKey(Tiny, null))], notes);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("[{\"model\":null,\"isPinned\":true}]")]
    [InlineData("[{\"model\":{\"repo\":\"../x\",\"quant\":null}}]")]
    [InlineData("[{\"model\"")]
    public async Task Damaged_notes_are_begun_anew(string text)
    {
        var key = new ModelKey(Tiny, null);
        await _catalogue.NoteAsync(key, note => note, Patience.Token);
        Write(Assert.Single(Directory.GetFiles(_folder.Outside, "notes.json", SearchOption.AllDirectories)), text);
        Assert.Empty(_catalogue.ReadNotes());

        await _catalogue.NoteAsync(key, note => note with { IsPinned = true }, Patience.Token);

        Assert.Equal([new ModelNote(key, true)], _catalogue.ReadNotes());
    }

    [Fact]
    public async Task Notes_of_many_at_once_are_all_kept()
    {
        var keys = Enumerable.Range(0, 20).Select(i => new ModelKey(Tiny, $"Q{i}")).ToList();

        await Task.WhenAll(keys.Select(key => Task.Run(() => _catalogue.NoteAsync(key, note => note with { IsPinned = true }, Patience.Token))));

        Assert.Equal(keys, _catalogue.ReadNotes().Select(note => note.Model).OrderBy(key => int.Parse(key.Quant![1..], null)));
    }

    private CacheContents Read() => _scan.Read(Patience.Token);

    private CachedFile OnlyFile() => Assert.Single(Assert.Single(Assert.Single(Read().Repositories).Revisions).Files);
}
