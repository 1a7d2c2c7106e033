using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Models;
using NativeHost.Logging;
using NativeHost.Tests.Registration;
using Xunit;

namespace NativeHost.Tests.Embeddings;

public sealed class DefaultEmbeddingModelTests : IAsyncDisposable
{
    private const string Shipped = "/shipped.gguf";

    private readonly TestHost _host = new(new ScriptedLoader());
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_file_that_the_user_chose_is_the_one_and_stays_it()
    {
        var path = Path.Combine(_folder.Path, "mine.gguf");
        await File.WriteAllTextAsync(path, "", Patience.Token);
        var model = Create(path);

        Assert.Equal(path, await model.FindAsync(Patience.Token));

        File.Delete(path);
        Assert.Equal(path, await model.FindAsync(Patience.Token));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nobody/nothing-GGUF/nothing-Q8_0.gguf")]
    [InlineData("mine.gguf")]
    [InlineData("owner/../name")]
    public async Task What_is_not_here_leaves_the_one_that_comes_with_the_host_until_the_next_start(string? chosen)
    {
        var model = Create(chosen);
        Assert.Equal(Shipped, await model.FindAsync(Patience.Token));

        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "mine.gguf"), "", Patience.Token);

        Assert.Equal(Shipped, await model.FindAsync(Patience.Token));
        Assert.Equal(chosen == "mine.gguf" ? Path.Combine(_folder.Path, chosen) : Shipped, await Create(chosen).FindAsync(Patience.Token));
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await _host.DisposeAsync();
    }

    private DefaultEmbeddingModel Create(string? chosen) => new(
        chosen,
        new ModelAddresses(_host.Library, _folder.Path),
        _host.Shelf,
        HostLog.None,
        _ => Task.FromResult(Shipped));
}
