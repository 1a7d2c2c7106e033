using System.Text.Json;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Embeddings;

/// <summary>Requests of more work than a model is given at a time.</summary>
public sealed class LongRequestTests
{
    /// <summary>Texts of 1 to 500 characters, out of order.</summary>
    private static readonly string[] Many = [.. Enumerable.Range(0, 500).Select(number => new string('a', 1 + (number * 7919 % 500)))];

    private static string Texts(IEnumerable<string> texts) => JsonSerializer.Serialize(texts, TextsJson.Default.IEnumerableString);

    [Fact]
    public async Task Vectors_and_scores_come_in_the_order_of_their_texts()
    {
        await using var vectors = new Dialogue(new LetterLoader(_ => { }), Patience.Token);
        var embedded = await vectors.AskAsync($$"""{"action":"generate_embeddings","texts":{{Texts(Many.Append(new string('a', 600)))}} }""");
        await using var scores = new Dialogue(new ScriptedLoader(), Patience.Token);
        await scores.AskAsync("""{"action":"load_model","modelPath":"/my-reranker.gguf"}""");
        var documents = Enumerable.Range(0, 3000).Select(number => $"{number} {(number % 1000 == 999 ? "cat" : "dog")}{new string(' ', number % 7)}");
        var ranked = await scores.AskAsync($$"""{"action":"rerank_documents","query":"cat","documents":{{Texts(documents)}},"top_k":3}""");

        Assert.Equal(
            Many.Select(text => LetterEmbedder.VectorOf(text.Length)),
            embedded.GetProperty("embeddings").EnumerateArray().Take(Many.Length).Select(vector => (vector[0].GetSingle(), vector[1].GetSingle())));
        Assert.Equal(Many.Select(text => text.Length).Append(512), embedded.GetProperty("token_counts").EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal([500], embedded.GetProperty("truncated").EnumerateArray().Select(text => text.GetInt32()));
        Assert.Equal([999, 1999, 2999], ranked.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("index").GetInt32()).Order());
    }

    [Fact]
    public async Task What_another_asks_has_its_turn_before_a_long_request_is_done()
    {
        using var calls = new SemaphoreSlim(0);
        var began = new TaskCompletionSource();
        await using var host = new TestHost(new LetterLoader(_ =>
        {
            began.TrySetResult();
            calls.Wait(Patience.Token);
        }));
        await using var one = new Dialogue(host, Patience.Token);
        await using var other = new Dialogue(host, Patience.Token);
        await one.SayAsync($$"""{"action":"generate_embeddings","texts":{{Texts(Many)}} }""");
        await began.Task.WaitAsync(Patience.Token);
        var answers = (One: one.HearFinalAsync(), Other: other.AskAsync("""{"action":"generate_embeddings","texts":["a"]}"""));

        while (!answers.Other.IsCompleted && !answers.One.IsCompleted)
        {
            calls.Release();
            await Task.WhenAny(answers.Other, Task.Delay(5, Patience.Token));
        }

        var wasFirst = !answers.One.IsCompleted;
        calls.Release(1000);
        Assert.Equal("success", (await answers.Other).GetProperty("status").GetString());
        Assert.Equal("success", (await answers.One).GetProperty("status").GetString());
        Assert.True(wasFirst, "The short request waited for all of the long one.");
    }

    [Theory]
    [InlineData("generate_embeddings", "texts", 10_001)]
    [InlineData("semantic_search", "documents", 10_001)]
    [InlineData("recommend_items", "items", 10_001)]
    [InlineData("rerank_documents", "documents", 4001)]
    [InlineData("cluster_texts", "texts", 2001)]
    public async Task More_texts_than_a_request_may_have_are_refused(string action, string field, int count)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);

        var answer = await dialogue.AskAsync(
            $$"""{"action":"{{action}}","query":"a","query_item_index":0,"{{field}}":{{Texts(Enumerable.Repeat("a", count))}} }""");

        Assert.Equal("invalid_request", answer.GetProperty("code").GetString());
        Assert.Contains($"{count - 1:N0}", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(field, answer.GetProperty("details").GetProperty("field").GetString());
    }

    [Fact]
    public async Task Documents_too_long_for_a_frame_come_without_their_texts_and_all_of_them_with_their_scores()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/my-reranker.gguf"}""");
        var documents = Texts(Enumerable.Range(0, 4000).Select(number => $"number {number} {new string('a', 300)}"));

        foreach (var query in (string[])["number", string.Join(' ', Enumerable.Range(0, 5000))])
        {
            var ranked = await dialogue.AskAsync($$"""{"action":"rerank_documents","query":"{{query}}","documents":{{documents}} }""");

            Assert.Equal("success", ranked.GetProperty("status").GetString());
            Assert.Equal(4000, ranked.GetProperty("results").GetArrayLength());
            Assert.Equal(JsonValueKind.Null, ranked.GetProperty("results")[0].GetProperty("document").ValueKind);
        }
    }

    [Theory]
    [InlineData("semantic_search")]
    [InlineData("rerank_documents")]
    public async Task A_query_has_a_most_length_and_one_of_that_length_is_answered(string action)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        var documents = Texts(Enumerable.Repeat(new string('\u0001', 1600), 100));

        // Each of them takes six bytes in the answer.
        var longest = string.Concat(Enumerable.Repeat("\\u0001", 32_767)) + "a";
        var answered = await dialogue.AskAsync($$"""{"action":"{{action}}","query":"{{longest}}","documents":{{documents}},"k":100}""");
        var refused = await dialogue.AskAsync($$"""{"action":"{{action}}","query":"{{longest}}a","documents":{{documents}} }""");

        Assert.Equal("success", answered.GetProperty("status").GetString());
        Assert.Equal("invalid_request", refused.GetProperty("code").GetString());
        Assert.Equal("query", refused.GetProperty("details").GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_stop_ends_a_request_between_two_of_its_parts()
    {
        var (count, began) = (0, new TaskCompletionSource());
        using var stopped = new SemaphoreSlim(0);
        await using var dialogue = new Dialogue(
            new LetterLoader(_ =>
            {
                if (Interlocked.Increment(ref count) == 1)
                {
                    began.SetResult();
                    stopped.Wait(Patience.Token);
                }
            }),
            Patience.Token);
        await dialogue.SayAsync($$"""{"action":"cluster_texts","texts":{{Texts(Many)}},"id":"long"}""");
        await began.Task.WaitAsync(Patience.Token);

        await dialogue.SayAsync("""{"action":"stop_generation","targetRequestId":"long","id":"stop"}""");
        var first = await dialogue.HearFinalAsync();
        stopped.Release();
        var second = await dialogue.HearFinalAsync();

        Assert.Equal("stop", first.GetProperty("requestId").GetString());
        Assert.Equal("cancelled", second.GetProperty("code").GetString());
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task A_stop_ends_the_search_for_clusters_too()
    {
        var (count, embedded) = (0, new TaskCompletionSource());
        await using var host = new TestHost(new LetterLoader(texts =>
        {
            if (Interlocked.Add(ref count, texts) == 2000)
            {
                embedded.SetResult();
            }
        }));
        await using var dialogue = new Dialogue(host, Patience.Token);
        await dialogue.SayAsync(
            $$"""{"action":"cluster_texts","texts":{{Texts([.. Many, .. Many, .. Many, .. Many])}},"algorithm":"hierarchical","n_clusters":2,"id":"long"}""");
        await embedded.Task.WaitAsync(Patience.Token);
        while (host.Shelf.EnginesOf(Caller.Local, id: null).Count > 0)
        {
            await Task.Delay(1, Patience.Token);
        }

        await dialogue.SayAsync("""{"action":"stop_generation","targetRequestId":"long","id":"stop"}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];

        Assert.Equal("cancelled", Assert.Single(finals, final => final.GetProperty("requestId").GetString() == "long").GetProperty("code").GetString());
    }
}
