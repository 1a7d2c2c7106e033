using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Tests.Reading;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.BitNet.Tests.Embedding;

public sealed class BitNetEmbedderTests
{
    private static readonly byte[] Gemma = new EmbeddingSample("gemma3").Written();

    [Fact]
    public async Task A_vector_is_as_wide_as_the_model_and_of_length_1()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file);

        var vector = EmbedderFixture.Vector(embedder, 20);

        Assert.Equal(EmbeddingSample.Width, vector.Length);
        Assert.Equal(1.0, vector.Sum(number => (double)number * number), 1e-6);
        Assert.Equal((EmbeddingSample.ContextTokens, EmbeddingSample.Width), (embedder.ContextTokens, embedder.Card.EmbeddingSize));
    }

    [Fact]
    public async Task Any_number_of_threads_gives_the_same_vector_to_the_bit()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file, threads: 1);
        int[] lengths = [1, 50, 200];
        float[][] alone = [.. lengths.Select(length => EmbedderFixture.Vector(embedder, length))];

        foreach (var threads in (int[])[2, 3, 5])
        {
            embedder.Threads = threads;

            Assert.Equal(alone, [.. lengths.Select(length => EmbedderFixture.Vector(embedder, length))]);
        }
    }

    [Fact]
    public async Task Nothing_of_a_text_is_left_for_the_next()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file);
        var before = EmbedderFixture.Vector(embedder, 30);

        EmbedderFixture.Vector(embedder, 310);

        Assert.Equal(before, EmbedderFixture.Vector(embedder, 30));
    }

    [Fact]
    public async Task Weights_that_were_kept_give_the_same_vector()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            using var file = new SampleFile(Gemma);
            float[] packed;
            using (var embedder = await EmbedderFixture.LoadAsync(file, cacheFolder: folder.FullName))
            {
                packed = EmbedderFixture.Vector(embedder, 40);
            }

            using var again = await EmbedderFixture.LoadAsync(file, cacheFolder: folder.FullName);

            Assert.Equal(packed, EmbedderFixture.Vector(again, 40));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_raised_signal_ends_the_text_and_leaves_the_vector()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file);
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];
        abort.Raise();

        Assert.Equal(StepOutcome.Aborted, embedder.Embed(EmbedderFixture.Text(9), vector, abort));

        Assert.All(vector, number => Assert.Equal(0, number));
        abort.Lower();
        Assert.Equal(StepOutcome.Done, embedder.Embed(EmbedderFixture.Text(9), vector, abort));
    }

    [Fact]
    public async Task A_signal_raised_in_the_middle_spoils_nothing()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file, KernelLevel.Scalar);
        var expected = EmbedderFixture.Vector(embedder, 12);
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];

        var embedding = Task.Run(() => embedder.Embed(EmbedderFixture.Text(300), vector, abort), TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        abort.Raise();
        var outcome = await embedding;

        // A machine may be so fast, or so busy, that the text is through before.
        Assert.Equal(outcome == StepOutcome.Aborted, Array.TrueForAll(vector, number => number == 0));
        Assert.Equal(expected, EmbedderFixture.Vector(embedder, 12));
    }

    [Fact]
    public async Task A_text_may_fill_the_context_and_not_more()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file, contextTokens: 40);
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];

        Assert.Equal(StepOutcome.ContextFull, embedder.Embed(EmbedderFixture.Text(41), vector, abort));

        Assert.All(vector, number => Assert.Equal(0, number));
        Assert.Equal(StepOutcome.Done, embedder.Embed(EmbedderFixture.Text(40), vector, abort));
    }

    [Fact]
    public async Task What_is_no_text_or_no_vector_is_refused()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file);
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];

        Assert.Throws<ArgumentException>(() => embedder.Embed([], vector, abort));
        Assert.Throws<ArgumentException>(() => embedder.Embed([new Token(0)], new float[3], abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedder.Embed([new Token(EmbeddingSample.Vocabulary)], vector, abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedder.Embed([new Token(-1)], vector, abort));
        Assert.Throws<ArgumentOutOfRangeException>(() => embedder.Threads = 0);
        embedder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => embedder.Embed([new Token(0)], vector, abort));
    }

    [Fact]
    public async Task The_token_that_ends_a_text_is_the_files_where_it_wants_one()
    {
        using var file = new SampleFile(Gemma);
        using var embedder = await EmbedderFixture.LoadAsync(file);
        using var silent = new SampleFile(new EmbeddingSample("gemma3", addsEnd: false).Written());
        using var other = await EmbedderFixture.LoadAsync(silent);

        Assert.Equal(new Token(EmbeddingSample.EndOfText), embedder.EndOfText);
        Assert.Null(other.EndOfText);
    }
}
