using System.Text.Json;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.LlamaCpp.Tests.Embedding;

/// <summary>
/// The embedding model in the repository, against vectors that llama.cpp computed with a model which another program made of the same sources.
/// </summary>
public sealed class ShippedEmbeddingModelTests
{
    private const double Near = 1 - 1e-3;

    /// <summary>The reference's texts are four pairs that say the same, and two more.</summary>
    private const int Paraphrases = 4;

    private static readonly ModelLoadOptions OneThread = new() { Threads = 1 };

    [Fact]
    public async Task Its_tokens_and_vectors_are_those_of_the_reference()
    {
        var reference = await ReferenceAsync();
        var (texts, expected) = (Texts(reference), Vectors(reference));

        using var embedder = await LoadAsync();

        Assert.Equal(expected[0].Length, embedder.Dimensions);
        for (var i = 0; i < texts.Length; i++)
        {
            Assert.Equal(TokensOf(reference, i), Tokens(embedder, texts[i])[1..^1].Select(token => token.Id));
            Assert.InRange(Cosine(Embed(embedder, texts[i]), expected[i]), Near, 1 + 1e-6);
        }
    }

    [Fact]
    public async Task Paraphrases_are_nearer_to_each_other_than_all_other_pairs()
    {
        using var embedder = await LoadAsync();
        var vectors = Texts(await ReferenceAsync()).Select(text => Embed(embedder, text)).ToArray();

        var pairs =
            from left in Enumerable.Range(0, vectors.Length)
            from right in Enumerable.Range(left + 1, vectors.Length - left - 1)
            orderby Cosine(vectors[left], vectors[right]) descending
            select (left, right);

        Assert.Equal([(0, 1), (2, 3), (4, 5), (6, 7)], pairs.Take(Paraphrases).Order());
    }

    [Fact]
    public async Task Word_order_does_not_count()
    {
        using var embedder = await LoadAsync();

        var cosine = Cosine(Embed(embedder, "the dog bites the man"), Embed(embedder, "the man bites the dog"));

        Assert.InRange(cosine, 1 - 1e-6, 1 + 1e-6);
    }

    private static async Task<IEmbedder> LoadAsync()
    {
        using var loader = new LlamaModelLoader((_, _) => { });
        return await loader.LoadEmbedderAsync(TestModels.ShippedEmbedding, OneThread, new Progress<float>(), Patience.Token);
    }

    private static float[] Embed(IEmbedder embedder, string text)
    {
        using var abort = new AbortSignal();
        var vector = new float[embedder.Dimensions];
        Assert.Equal(StepOutcome.Done, embedder.Embed(Tokens(embedder, text), vector, abort));
        return vector;
    }

    private static Token[] Tokens(IEmbedder embedder, string text)
    {
        List<Token> tokens = [embedder.BeginOfText!.Value];
        embedder.Tokenizer.Tokenize(text, TextKind.Plain, tokens);
        return [.. tokens, embedder.EndOfText!.Value];
    }

    private static async Task<JsonElement> ReferenceAsync() =>
        JsonElement.Parse(await File.ReadAllBytesAsync(TestModels.EmbeddingReferences, Patience.Token));

    private static string[] Texts(JsonElement reference) => [.. reference.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>A text's tokens; the reference has neither what begins a text nor what ends it.</summary>
    private static int[] TokensOf(JsonElement reference, int text) =>
        [.. reference.GetProperty("tokens")[text].EnumerateArray().Select(id => id.GetInt32())];

    private static float[][] Vectors(JsonElement reference) =>
        [.. reference.GetProperty("vectors").EnumerateArray().Select(vector => vector.EnumerateArray().Select(number => number.GetSingle()).ToArray())];

    private static double Cosine(float[] left, float[] right) => Dot(left, right) / Math.Sqrt(Dot(left, left) * Dot(right, right));

    private static double Dot(float[] left, float[] right) => left.Zip(right, (l, r) => (double)l * r).Sum();
}
