using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.Embeddings;

public sealed class RerankDocumentsTests
{
    private const string Ask = """{"action":"rerank_documents","query":"a cat sleeps","documents":["dogs","a cat","a cat sleeps here"]""";

    [Fact]
    public async Task A_loaded_reranker_scores_and_without_one_vectors_are_compared()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        var before = await dialogue.AskAsync(Ask + "}");
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/my-reranker.gguf"}""");

        var after = await dialogue.AskAsync(Ask + "}");

        Assert.Equal("cosine", before.GetProperty("method").GetString());
        Assert.False(before.GetProperty("results")[0].TryGetProperty("raw_score", out _));
        Assert.Equal("reranker", after.GetProperty("method").GetString());
        Assert.Equal("/my-reranker.gguf", after.GetProperty("model").GetString());
        Assert.Equal([2, 1, 0], after.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("index").GetInt32()));
        Assert.Equal(2.0 / 3, after.GetProperty("results")[1].GetProperty("score").GetDouble(), 1e-9);
        Assert.Equal(2, after.GetProperty("results")[1].GetProperty("raw_score").GetDouble());
        Assert.Equal(4 + 5 + 7, after.GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task The_model_that_is_named_decides_and_the_active_reranker_comes_before_another_one()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        foreach (var path in (string[])["/one-reranker.gguf", "/two-reranker.gguf", "/mine-embedder.gguf"])
        {
            await dialogue.AskAsync($$"""{"action":"load_model","modelPath":"{{path}}"}""");
        }

        await dialogue.AskAsync("""{"action":"set_active_model","modelPath":"/one-reranker.gguf"}""");

        var active = await dialogue.AskAsync(Ask + "}");
        var named = await dialogue.AskAsync(Ask + ",\"model\":\"/mine-embedder.gguf\",\"top_k\":1}");
        var other = await dialogue.AskAsync(Ask + ",\"model\":\"/two-reranker.gguf\"}");

        Assert.Equal(("/one-reranker.gguf", "reranker"), How(active));
        Assert.Equal(("/mine-embedder.gguf", "cosine"), How(named));
        Assert.Equal(1, named.GetProperty("results").GetArrayLength());
        Assert.Equal(("/two-reranker.gguf", "reranker"), How(other));
        var vectors = await dialogue.AskAsync("""{"action":"generate_embeddings","texts":["a"]}""");
        Assert.Equal("/mine-embedder.gguf", vectors.GetProperty("model").GetString());
    }

    private static (string? Model, string? Method) How(JsonElement answer)
        => (answer.GetProperty("model").GetString(), answer.GetProperty("method").GetString());
}
