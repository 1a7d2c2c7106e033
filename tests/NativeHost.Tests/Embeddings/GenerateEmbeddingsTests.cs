using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.Embeddings;

public sealed class GenerateEmbeddingsTests
{
    [Fact]
    public async Task A_caller_without_a_model_gets_the_vectors_of_the_default_one_which_is_loaded_for_it()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);

        var answer = await dialogue.AskAsync("""{"action":"generate_embeddings","texts":["a cat","the cat"]}""");

        Assert.Equal("/default-embedder.gguf", answer.GetProperty("model").GetString());
        Assert.Equal(2, answer.GetProperty("embeddings").GetArrayLength());
        Assert.Equal(8, answer.GetProperty("dimension").GetInt32());
        Assert.Equal(4, answer.GetProperty("total_tokens").GetInt32());
        Assert.False(answer.TryGetProperty("next_offset", out _));
        Assert.All(answer.GetProperty("embeddings").EnumerateArray(), vector => Assert.Equal(1, Length(Numbers(vector)), 1e-6));
        var loaded = await dialogue.AskAsync("""{"action":"list_loaded_models"}""");
        Assert.Equal(1, loaded.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_callers_own_embedding_model_comes_before_the_default_one_and_a_text_model_does_not()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/mine-embedder.gguf"}""");
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/text.gguf"}""");

        var own = await dialogue.AskAsync("""{"action":"generate_embeddings","texts":["a"],"model":"default"}""");
        var named = await dialogue.AskAsync("""{"action":"generate_embeddings","texts":["a"],"model":"/text.gguf"}""");

        Assert.Equal("/mine-embedder.gguf", own.GetProperty("model").GetString());
        Assert.Equal("/text.gguf", named.GetProperty("model").GetString());
    }

    [Fact]
    public async Task What_does_not_fit_a_frame_comes_in_pages_that_make_the_whole()
    {
        const int Texts = 9000;
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        var texts = JsonSerializer.Serialize(Enumerable.Range(0, Texts).Select(number => $"text {number}"), TextsJson.Default.IEnumerableString);

        var (offset, count, pages) = (0, 0, 0);
        for (int? next = 0; next is not null; pages++)
        {
            offset = next.Value;
            var answer = await dialogue.AskAsync($$"""{"action":"generate_embeddings","texts":{{texts}},"offset":{{offset}} }""");
            Assert.Equal(offset, answer.GetProperty("offset").GetInt32());
            count += answer.GetProperty("count").GetInt32();
            next = answer.TryGetProperty("next_offset", out var more) ? more.GetInt32() : null;
        }

        Assert.Equal(Texts, count);
        Assert.InRange(pages, 2, 3);
    }

    [Fact]
    public async Task Base64_holds_the_same_numbers()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);

        var numbers = await dialogue.AskAsync("""{"action":"generate_embeddings","input":"one two three"}""");
        var base64 = await dialogue.AskAsync("""{"action":"generate_embeddings","input":["one two three"],"encoding_format":"base64"}""");

        var bytes = base64.GetProperty("embeddings")[0].GetBytesFromBase64();
        Assert.Equal(
            Numbers(numbers.GetProperty("embeddings")[0]),
            Enumerable.Range(0, bytes.Length / sizeof(float)).Select(i => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)))));
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_at_length_1()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);
        var request = """{"action":"generate_embeddings","texts":["a b c d e f g h i j"]""";

        var whole = Numbers((await dialogue.AskAsync(request + "}")).GetProperty("embeddings")[0]);
        var part = Numbers((await dialogue.AskAsync(request + ""","dimensions":3}""")).GetProperty("embeddings")[0]);

        Assert.Equal(3, part.Length);
        Assert.Equal(1, Length(part), 1e-6);
        Assert.Equal(whole[0] / Length(whole[..3]), part[0], 1e-6);
    }

    [Theory]
    [InlineData("""  "texts":[] """, "No texts provided")]
    [InlineData("""  "model":"default" """, "No texts provided")]
    [InlineData("""  "texts":["a",null] """, "texts")]
    [InlineData("""  "input":["a",1] """, "input")]
    [InlineData("""  "input":5 """, "input")]
    [InlineData("""  "texts":["a"],"offset":1 """, "offset")]
    [InlineData("""  "texts":["a"],"offset":-1 """, "offset")]
    [InlineData("""  "texts":["a"],"dimensions":0 """, "dimensions")]
    [InlineData("""  "texts":["a"],"dimensions":9 """, "dimensions")]
    [InlineData("""  "texts":["a"],"input_type":"song" """, "input_type")]
    [InlineData("""  "texts":["a"],"encoding_format":"hex" """, "encoding_format")]
    public async Task What_is_wrong_with_a_request_is_said(string fields, string said)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Patience.Token);

        var answer = await dialogue.AskAsync($$"""{"action":"generate_embeddings",{{fields}}}""");

        Assert.Equal("invalid_request", answer.GetProperty("code").GetString());
        Assert.Contains(said, answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_names_it_ends_it_and_what_was_cut_is_told()
    {
        var isFirst = true;
        var began = new TaskCompletionSource();
        var loader = new ScriptedLoader
        {
            BeforeAll = stop =>
            {
                began.TrySetResult();
                var waits = isFirst;
                isFirst = false;
                return waits ? Task.Delay(Timeout.InfiniteTimeSpan, stop) : Task.CompletedTask;
            },
        };
        await using var dialogue = new Dialogue(loader, Patience.Token);
        await dialogue.SayAsync("""{"action":"generate_embeddings","texts":["a"],"id":"e"}""");
        await began.Task.WaitAsync(Patience.Token);

        await dialogue.SayAsync("""{"action":"stop_generation","targetRequestId":"e","id":"s"}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];
        var longer = await dialogue.AskAsync($$"""{"action":"generate_embeddings","texts":["a","{{string.Concat(Enumerable.Repeat("a ", 100))}}"]}""");

        Assert.Equal("cancelled", Assert.Single(finals, final => final.GetProperty("requestId").GetString() == "e").GetProperty("code").GetString());
        Assert.Equal([1], longer.GetProperty("truncated").EnumerateArray().Select(text => text.GetInt32()));
    }

    private static double[] Numbers(JsonElement vector) => [.. vector.EnumerateArray().Select(number => (double)number.GetSingle())];

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(number => number * number));
}
