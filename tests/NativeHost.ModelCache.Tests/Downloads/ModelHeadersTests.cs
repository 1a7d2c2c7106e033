using NativeHost.Gguf;
using NativeHost.ModelCache.Variants;
using Xunit;

namespace NativeHost.ModelCache.Tests.Downloads;

/// <summary>What a model says of itself, before and after it was pulled.</summary>
public sealed class ModelHeadersTests : IAsyncLifetime
{
    private const string Repo = "acme/model-GGUF";

    /// <summary>More than is fetched at first, because of the vocabulary.</summary>
    private const int Words = 200_000;

    private readonly string _home = Directory.CreateTempSubdirectory("headers-").FullName;
    private FakeHub _hub = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await FakeHub.StartAsync();
        using var writer = new GgufWriter("llama");
        writer.Add("general.name", "Model");
        writer.Add("tokenizer.ggml.tokens", [.. Enumerable.Range(0, Words).Select(number => $"a word of some length, {number}")]);
        writer.AddTensor("token_embd.weight", [32, 1024 * 1024], GgufTensorType.F16, stream => stream.Write(new byte[64 * 1024 * 1024]));
        using var file = new MemoryStream();
        writer.Write(file);
        _hub.AddRepo(Repo).AddFile("model-F16.gguf", file.ToArray(), isLfs: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Of_a_model_that_is_not_here_the_header_is_fetched_and_not_much_more()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);

        var header = await ReadAsync(bed);

        Assert.Equal(("Model", Words, 32L * 1024 * 1024), (header.Header.Name, header.Header.VocabularySize, header.Parameters));
        Assert.InRange(header.FetchedBytes, 5_000_000, 16_000_000);
        Assert.Equal(header.FetchedBytes, _hub.ServedBytes);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(bed.Cache.Root, "models--acme--model-GGUF", "blobs")));
    }

    [Fact]
    public async Task What_is_here_is_read_here()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        await bed.PullAsync(Repo);
        await _hub.DisposeAsync();

        Assert.Equal("Model", (await ReadAsync(bed)).Header.Name);
    }

    [Fact]
    public async Task A_file_of_another_length_is_not_taken_for_it()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home);
        var plan = await bed.PlanAsync(Repo);
        var blob = bed.Cache.FilesOf(plan.Repo, plan.Files[0].Content).Blob;
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        await File.WriteAllBytesAsync(blob, new byte[100], Patience.Token);

        Assert.Equal("Model", (await ReadAsync(bed)).Header.Name);
    }

    [Fact]
    public async Task What_breaks_off_is_asked_for_again_and_what_never_comes_is_told()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { ShortestPause = TimeSpan.FromMilliseconds(1) } });
        _hub.Faults.Add(Fault.Reset(at: 1000));
        _hub.Faults.Add(Fault.WithStatus(403));
        Assert.Equal("Model", (await ReadAsync(bed)).Header.Name);

        _hub.Faults.Add(Fault.WithStatus(503).Always());
        var failure = await Assert.ThrowsAsync<ModelCacheException>(() => ReadAsync(bed));
        Assert.Equal(CacheFault.Network, failure.Fault);
        Assert.StartsWith("The start of model-F16.gguf could not be read: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_gives_no_ranges_is_read_from_the_start()
    {
        await using var bed = new PullBed(_hub.Endpoint, _home, new PullSetup { Blobs = PullSetup.SmallBlocks with { ShortestPause = TimeSpan.FromMilliseconds(1) } });
        _hub.Faults.Add(Fault.FullBody().Always());

        Assert.Equal("Model", (await ReadAsync(bed)).Header.Name);
    }

    private static async Task<RemoteHeader> ReadAsync(PullBed bed)
    {
        var plan = await bed.PlanAsync(Repo);
        return await bed.Headers.ReadAsync(plan.Repo, plan.Commit, plan.Variant, Patience.Token);
    }
}
