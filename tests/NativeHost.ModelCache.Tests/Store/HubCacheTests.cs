using System.Text.Json;
using NativeHost.ModelCache.Repositories;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class HubCacheTests : IDisposable
{
    private readonly CacheFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cache_is_marked_as_one_for_backups()
    {
        _folder.Cache.Prepare(CacheFolder.Tiny);
        _folder.Cache.Prepare(CacheFolder.Tiny);

        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", TextOf(Path.Combine(_folder.Root, "CACHEDIR.TAG")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_has_from_the_beginning_the_folders_that_tools_look_for()
    {
        _folder.Cache.Prepare(CacheFolder.Tiny);

        Assert.True(Directory.Exists(Path.Combine(_folder.RepoFolder, "snapshots")));
        Assert.True(Directory.Exists(Path.Combine(_folder.RepoFolder, "refs")));
    }

    [Fact]
    public void A_commit_is_no_reference_to_itself()
    {
        var commit = new string('a', 40);

        _folder.Cache.WriteReference(CacheFolder.Tiny, commit, commit);

        Assert.Null(_folder.Cache.ReadReference(CacheFolder.Tiny, commit));
    }

    [Fact]
    public void A_cache_that_cannot_be_made_says_so()
    {
        Write(_folder.Root, "a file is in the way");

        var failure = Assert.Throws<ModelCacheException>(() => _folder.Cache.Prepare(CacheFolder.Tiny));

        Assert.Equal(CacheFault.CacheUnusable, failure.Fault);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("refs/pr/1")]
    public void References_go_round(string name)
    {
        _folder.Cache.WriteReference(Tiny, name, CommitA);
        _folder.Cache.WriteReference(Tiny, name, CommitB);

        Assert.Equal(CommitB, _folder.Cache.ReadReference(Tiny, name));
        Assert.Equal(CommitB, TextOf(Path.Combine(_folder.RepoFolder, "refs", name)));
        Assert.Empty(_folder.BlobFiles());
    }

    [Theory]
    [InlineData(CommitA + "\n", CommitA)]
    [InlineData("  " + CommitA + "\r\n", CommitA)]
    [InlineData("main", null)]
    [InlineData("", null)]
    [InlineData(CommitA + "a", null)]
    [InlineData("gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null)]
    public void References_of_other_tools_are_trimmed_and_must_be_commits(string text, string? commit)
    {
        _folder.WriteReference("main", text);

        Assert.Equal(commit, _folder.Cache.ReadReference(Tiny, "main"));
    }

    [Fact]
    public void Names_that_lead_out_are_refused()
    {
        Write(Path.Combine(_folder.Root, "secret"), CommitA);

        Assert.Null(_folder.Cache.ReadReference(Tiny, "../../secret"));
        Assert.Equal(CacheFault.InvalidAddress, Assert.Throws<ModelCacheException>(() => _folder.Cache.WriteReference(Tiny, "../../secret", CommitB)).Fault);
        Assert.Equal(CacheFault.InvalidAddress, Assert.Throws<ModelCacheException>(() => _folder.Cache.WriteReference(Tiny, "main", "main")).Fault);
        Assert.Equal(CacheFault.InvalidAddress, Assert.Throws<ModelCacheException>(() => _folder.Cache.Find(Tiny, CommitA, "../x")).Fault);
        Assert.Equal(CommitA, TextOf(Path.Combine(_folder.Root, "secret")));
    }

    [Fact]
    public void Listings_go_round()
    {
        var listing = new RepoListing(Tiny, CommitA, [new RepoFile("README.md", 5, Git("hello")), new RepoFile("q 4/möde l.gguf", 5, Sha256("hello"))]);

        _folder.Cache.WriteListing(listing);

        var read = _folder.Cache.ReadListing(Tiny, CommitA);
        Assert.NotNull(read);
        Assert.Equal(listing.Files, read.Files);
        Assert.Null(_folder.Cache.ReadListing(Tiny, CommitB));
    }

    [Fact]
    public void Listings_have_what_huggingface_hub_reads()
    {
        // The pointer of git-lfs, with its name computed by git hash-object.
        var content = Sha256("hello");
        _folder.Cache.WriteListing(new RepoListing(Tiny, CommitA, [new RepoFile("model.gguf", 5, content)]));

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder.RepoFolder, "trees", $"{CommitA}.json")));
        Assert.Equal(1, json.RootElement.GetProperty("format_version").GetInt32());
        var file = json.RootElement.GetProperty("files").GetProperty("model.gguf");
        Assert.Equal(5, file.GetProperty("size").GetInt64());
        Assert.Equal(content.Hex, file.GetProperty("lfs_sha256").GetString());
        Assert.Equal(5, file.GetProperty("lfs_size").GetInt64());
        Assert.Equal("d1ca116d6733584c13cb8bb50b21d5b5b81ee28f", file.GetProperty("blob_id").GetString());
    }

    [Fact]
    public void Listings_of_huggingface_hub_are_read()
    {
        _folder.WriteTree(CommitA, ("model.gguf", Sha256("hello"), 5));

        Assert.Equal([new RepoFile("model.gguf", 5, Sha256("hello"))], _folder.Cache.ReadListing(Tiny, CommitA)!.Files);
    }

    [Theory]
    [InlineData("{\"format_version\": 2, \"files\": {}}")]
    [InlineData("{\"format_version\": 1, \"files\": []}")]
    [InlineData("{\"format_version\": 1, \"files\": {\"../a\": {\"size\": 1, \"blob_id\": \"cccccccccccccccccccccccccccccccccccccccc\"}}}")]
    [InlineData("{\"format_version\": 1, \"files\": {\"a\": {\"size\": -1, \"blob_id\": \"cccccccccccccccccccccccccccccccccccccccc\"}}}")]
    [InlineData("{\"format_version\": 1, \"files\": {\"a\": {\"size\": 1, \"blob_id\": \"c\"}}}")]
    [InlineData("{\"format_version\": 1, \"files\": {\"\\ud800\": {\"size\": 1, \"blob_id\": \"cccccccccccccccccccccccccccccccccccccccc\"}}}")]
    [InlineData("{\"format_version\": 1, \"files\": {\"a\": null}}")]
    [InlineData("[]")]
    [InlineData("{\"format_")]
    [InlineData("")]
    public void Listings_that_are_none_count_as_missing(string text)
    {
        Write(Path.Combine(_folder.RepoFolder, "trees", $"{CommitA}.json"), text);

        Assert.Null(_folder.Cache.ReadListing(Tiny, CommitA));
    }
}
