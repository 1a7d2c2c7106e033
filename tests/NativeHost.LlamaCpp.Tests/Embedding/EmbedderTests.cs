using System.Text.Json;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.LlamaCpp.Tests.Embedding;

/// <summary>Embeddings of a BERT model and of one that makes text.</summary>
public sealed class EmbedderTests
{
    private static readonly ModelLoadOptions OneThread = new() { Threads = 1 };

    [Fact]
    public async Task Vectors_are_those_of_llama_cpp_itself()
    {
        var reference = ReadReference();
        await using var host = await LoadHostAsync(Bert());

        var result = await host.EmbedAsync(new EmbeddingRequest(reference.Texts, EmbeddingPurpose.Similarity), Patience.Token);

        Assert.Equal(64, result.Dimensions);
        Assert.Empty(result.Truncated);
        for (var text = 0; text < reference.Texts.Count; text++)
        {
            // The reference counts neither what begins a text nor what ends it.
            Assert.Equal(reference.Tokens[text].Length + 2, result.TokenCounts[text]);
            var vector = result.Vectors.Slice(text * result.Dimensions, result.Dimensions).Span;
            Assert.InRange(Cosine(vector, reference.Vectors[text]), 1 - 1e-5, 1 + 1e-5);
            Assert.InRange(Dot(vector, vector), 1 - 1e-5, 1 + 1e-5);
        }
    }

    [Fact]
    public async Task A_text_has_the_same_vector_alone_and_among_many()
    {
        await using var host = await LoadHostAsync(Bert());
        string[] texts = [.. Enumerable.Range(0, 200).Select(number => string.Concat(Enumerable.Repeat($"word {number} ", 1 + (number % 40))))];

        var together = await host.EmbedAsync(new EmbeddingRequest(texts, EmbeddingPurpose.Document), Patience.Token);

        foreach (var text in new[] { 0, 39, 77, 199 })
        {
            var alone = await host.EmbedAsync(new EmbeddingRequest([texts[text]], EmbeddingPurpose.Document), Patience.Token);
            Assert.InRange(Dot(alone.Vectors.Span, together.Vectors.Slice(text * 64, 64).Span), 1 - 1e-5, 1 + 1e-5);
        }
    }

    [Fact]
    public async Task A_text_over_the_context_loses_its_end_and_that_is_told()
    {
        await using var host = await LoadHostAsync(Bert());
        var longText = string.Concat(Enumerable.Repeat("harbour ", 3000));

        var result = await host.EmbedAsync(new EmbeddingRequest(["short", longText, ""], EmbeddingPurpose.Similarity), Patience.Token);

        Assert.Equal([1], result.Truncated);
        Assert.Equal([3, host.ContextTokens, 2], result.TokenCounts);
    }

    [Fact]
    public async Task A_model_for_text_embeds_beside_its_generations()
    {
        await using var host = new InProcessModelHost(await TestModels.LoadAsync(TestModels.Story));

        var result = await host.EmbedAsync(
            new EmbeddingRequest(["Once upon a time there was a girl.", "Once upon a time there was a boy.", "7 7 7 7"], EmbeddingPurpose.Similarity), Patience.Token);

        Assert.InRange(Dot(Vector(0), Vector(0)), 1 - 1e-5, 1 + 1e-5);
        Assert.InRange(Dot(Vector(0), Vector(1)), Dot(Vector(0), Vector(2)), 0.9999);
        Assert.Equal(ModelTask.Text, host.Card.Task);

        ReadOnlySpan<float> Vector(int text) => result.Vectors.Slice(text * result.Dimensions, result.Dimensions).Span;
    }

    [Fact]
    public async Task An_embedding_model_makes_no_text()
    {
        await using var host = await LoadHostAsync(Bert());

        Assert.Equal(ModelTask.Embeddings, host.Card.Task);
        Assert.Throws<UnsupportedModelException>(() => host.GenerateAsync(new() { Prompt = "Once" }, Patience.Token));
        using var loader = new LlamaModelLoader((_, _) => { });
        await Assert.ThrowsAsync<UnsupportedModelException>(() => loader.LoadModelAsync(Bert(), OneThread, new Progress<float>(), Patience.Token));
    }

    [Fact]
    public async Task Embedding_stops_when_it_is_told_to()
    {
        await using var host = await LoadHostAsync(Bert());
        using var stop = new CancellationTokenSource();
        string[] texts = [.. Enumerable.Repeat(string.Concat(Enumerable.Repeat("harbour ", 400)), 2000)];

        var embedding = host.EmbedAsync(new EmbeddingRequest(texts, EmbeddingPurpose.Similarity), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedding);
        Assert.Equal(64, (await host.EmbedAsync(new EmbeddingRequest(["again"], EmbeddingPurpose.Similarity), Patience.Token)).Vectors.Length);
    }

    [Fact]
    public async Task Calls_that_break_a_rule_are_refused()
    {
        using var loader = new LlamaModelLoader((_, _) => { });
        using var embedder = await loader.LoadEmbedderAsync(Bert(), OneThread, new Progress<float>(), Patience.Token);
        using var abort = new AbortSignal();
        var vector = new float[64];

        Assert.Throws<ArgumentException>(() => embedder.Embed([], vector, abort));
        Assert.Throws<ArgumentException>(() => embedder.Embed([new Token(1)], new float[3], abort));
        Assert.Throws<ArgumentException>(() => embedder.Embed([new Token(1), new Token(2)], [1], vector, abort));
        Assert.ThrowsAny<ArgumentException>(() => embedder.Embed([new Token(embedder.Tokenizer.VocabularySize)], vector, abort));
        Assert.ThrowsAny<ArgumentException>(() => embedder.Embed([new Token(-1)], vector, abort));
        Assert.Equal(StepOutcome.ContextFull, embedder.Embed(Enumerable.Repeat(new Token(1), embedder.ContextTokens + 1).ToArray(), vector, abort));
        abort.Raise();
        Assert.Equal(StepOutcome.Aborted, embedder.Embed([new Token(1)], vector, abort));
    }

    private static string Bert() => TestModels.Shared("glove-bert", "glove-bert-64-Q8_0.gguf");

    private static async Task<IModelHost> LoadHostAsync(string path)
    {
        using var loader = new LlamaModelLoader((_, _) => { });
        return await loader.LoadAsync(path, OneThread, new Progress<float>(), Patience.Token);
    }

    private static (IReadOnlyList<string> Texts, int[][] Tokens, float[][] Vectors) ReadReference()
    {
        foreach (var line in File.ReadLines(TestModels.Shared("glove-bert", "llamacpp-embeddings.jsonl")))
        {
            var reference = JsonElement.Parse(line);
            if (reference.GetProperty("file").GetString() == "glove-bert-64-Q8_0.gguf")
            {
                return (
                    [.. reference.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)],
                    [.. reference.GetProperty("tokens").EnumerateArray().Select(ids => ids.EnumerateArray().Select(id => id.GetInt32()).ToArray())],
                    [.. reference.GetProperty("embeddings").EnumerateArray().Select(numbers => numbers.EnumerateArray().Select(number => number.GetSingle()).ToArray())]);
            }
        }

        throw new InvalidDataException("The file has no reference for the model.");
    }

    private static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => Dot(left, right) / Math.Sqrt(Dot(left, left) * Dot(right, right));

    private static double Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += (double)left[i] * right[i];
        }

        return sum;
    }
}
