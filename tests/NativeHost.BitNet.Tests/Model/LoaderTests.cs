using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

public sealed class LoaderTests
{
    [Theory]
    [InlineData("I2_S")]
    [InlineData("F16")]
    public async Task A_load_that_is_cancelled_at_any_step_leaves_nothing(string encoding)
    {
        using var model = new CopiedFile(TestModels.TinyStories("relu2", encoding));
        using var cache = new CopiedFile(null);
        var tokenizers = new List<CountedTokenizer>();
        var loader = new BitNetModelLoader(
            _ =>
            {
                tokenizers.Add(new CountedTokenizer());
                return tokenizers[^1];
            },
            cache.Folder,
            TimeProvider.System);
        var steps = 0;
        using (await LoadAsync(_ => Interlocked.Increment(ref steps), CancellationToken.None))
        {
            Assert.True(steps > 2);
        }

        foreach (var file in Directory.GetFiles(cache.Folder))
        {
            File.Delete(file);
        }

        for (var last = 1; last < steps; last++)
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Patience.Token);
            var seen = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LoadAsync(
                _ =>
                {
                    if (Interlocked.Increment(ref seen) == last)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation.Token));

            Assert.All(tokenizers, tokenizer => Assert.True(tokenizer.IsDisposed));
            Assert.Empty(Directory.GetFiles(cache.Folder, "*.unfinished"));
            if (OperatingSystem.IsLinux())
            {
                Assert.DoesNotContain(model.Path, await File.ReadAllTextAsync("/proc/self/maps", Patience.Token), StringComparison.Ordinal);
            }
        }

        Task<ILanguageModel> LoadAsync(Action<float> listen, CancellationToken cancellationToken) => loader.LoadModelAsync(
            model.Path, new ModelLoadOptions { Threads = 1 }, new Listening(listen), cancellationToken);
    }

    [Fact]
    public async Task Progress_only_grows_and_ends_with_the_whole()
    {
        var loader = new BitNetModelLoader(_ => new NumberedTokens(1024), cacheFolder: null, TimeProvider.System);
        for (var round = 0; round < 20; round++)
        {
            var progress = new List<float>();
            using var model = await loader.LoadModelAsync(
                TestModels.Story, new ModelLoadOptions { Threads = 4 }, new Listening(progress.Add), Patience.Token);

            Assert.Equal(progress.Distinct().Order(), progress);
            Assert.Equal(1f, progress[^1]);
        }
    }

    [Fact]
    public async Task A_vocabulary_of_another_size_is_refused_and_let_go()
    {
        var tokenizer = new CountedTokenizer(1023);
        var loader = new BitNetModelLoader(_ => tokenizer, cacheFolder: null, TimeProvider.System);

        await Assert.ThrowsAsync<EngineException>(
            () => loader.LoadModelAsync(TestModels.Story, new ModelLoadOptions(), new Progress<float>(), Patience.Token));

        Assert.True(tokenizer.IsDisposed);
    }

    private sealed class Listening(Action<float> listen) : IProgress<float>
    {
        public void Report(float value) => listen(value);
    }

    /// <summary>A file or nothing in a folder of its own.</summary>
    private sealed class CopiedFile : IDisposable
    {
        public CopiedFile(string? source)
        {
            Path = System.IO.Path.Combine(Folder, "model.gguf");
            if (source is not null)
            {
                File.Copy(source, Path);
            }
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory().FullName;

        public string Path { get; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    private sealed class CountedTokenizer(int size = 2048) : ITokenizer, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public int VocabularySize => size;

        public Token? BeginOfText => null;

        public IReadOnlyList<string> ControlTexts => [];

        public int MaxPieceBytes => 1;

        public void Tokenize(string text, TextKind kind, List<Token> tokens) => throw new NotSupportedException();

        public int WritePiece(Token token, Span<byte> utf8) => 0;

        public bool EndsGeneration(Token token) => false;

        public void Dispose() => IsDisposed = true;
    }
}
