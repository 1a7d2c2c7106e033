using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests;

public sealed class ShippedModelTests : IDisposable
{
    private static readonly byte[] Model =
        File.ReadAllBytes(Path.Combine(Repository.Folder, "src", "NativeHost", "EmbeddingModel", "tabagent-words-64-q8_0.gguf"));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_embedding_model_is_written_to_the_byte()
    {
        var path = await UnpackAsync();

        Assert.Equal(Model, await File.ReadAllBytesAsync(path, Patience.Token));
    }

    [Fact]
    public async Task The_models_lie_beside_each_other()
    {
        var words = await UnpackAsync();
        var story = await ShippedModel.Story.UnpackAsync(Path.GetDirectoryName(words)!, Patience.Token);

        Assert.NotEqual(words, story);
        Assert.Equivalent((string[])[words, story], Files(), strict: true);
    }

    [Fact]
    public async Task A_model_that_is_there_is_left_alone()
    {
        var path = await UnpackAsync();
        var written = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal(path, await UnpackAsync());

        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task A_damaged_model_of_the_right_length_is_replaced()
    {
        var path = await UnpackAsync();
        var damaged = Model.ToArray();
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(path, damaged, Patience.Token);

        Assert.Equal(path, await UnpackAsync());

        Assert.Equal(Model, await File.ReadAllBytesAsync(path, Patience.Token));
    }

    [Fact]
    public async Task Many_at_once_leave_one_file_and_nothing_else()
    {
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(UnpackAsync)));

        Assert.Equal(Files(), paths.Distinct());
    }

    public void Dispose() => _folder.Dispose();

    private Task<string> UnpackAsync() => ShippedModel.Embedding.UnpackAsync(Path.Combine(_folder.Path, "cache"), Patience.Token);

    private string[] Files() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
}
