using System.Text.Json;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>What a program that is written for OpenAI's chat completions finds.</summary>
public sealed class ChatCompletionTests
{
    private static readonly object[] Question = [new { role = "user", content = "Hi" }];

    [Fact]
    public async Task An_answer_has_the_shape_of_openais()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var reply = await port.AskRightAsync("chat_completions", new { model = "/a.gguf", messages = Question, max_completion_tokens = 2, temperature = (object?)null, stop = "never" });

        var answer = reply.GetProperty("payload");
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray().ToList());
        Assert.Equal(("chat.completion", "/a.gguf"), (answer.Text("object"), answer.Text("model")));
        Assert.Equal("chatcmpl-" + choice.Text("streamId"), answer.Text("id"));
        Assert.Equal(("assistant", "word word ", "length"), (choice.GetProperty("message").Text("role"), choice.GetProperty("message").Text("content"), choice.Text("finish_reason")));
        Assert.Equal((3, 2, 5), (Usage(answer, "prompt_tokens"), Usage(answer, "completion_tokens"), Usage(answer, "total_tokens")));
        Assert.Equal(["never"], bed.Requests.Last().StopTexts);
    }

    [Fact]
    public async Task Chunks_come_where_they_are_asked_for_and_sum_up_to_the_answer()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var silent = await ChunksAsync(port, """{"action":"chat_completions","messages":[{"role":"user","content":"Hi"}],"max_tokens":2}""");
        var chunks = await ChunksAsync(port, """{"action":"chat_completions","messages":[{"role":"user","content":"Hi"}],"max_tokens":2,"stream":true}""");

        Assert.Empty(silent);
        Assert.Equal(["word ", "word "], chunks.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").Text("content")));
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.Text("object")));
    }

    [Fact]
    public async Task Several_answers_are_told_apart_by_their_index_and_are_made_with_other_seeds()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var reply = await port.AskRightAsync("chat_completions", new { messages = Question, n = 3, max_tokens = 1, seed = 7 });

        Assert.Equal([0, 1, 2], reply.GetProperty("payload").GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(3, Usage(reply.GetProperty("payload"), "completion_tokens"));
        Assert.Equal([7, 8, 9], bed.Requests.Select(request => request.Sampling.Seed!.Value).Order());
    }

    [Fact]
    public async Task Several_answers_are_not_stored()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var refusal = await port.AskAsync("chat_completions", new { chat_id = "c", messages = Question, n = 2 });
        var tooMany = await port.AskAsync("chat_completions", new { messages = Question, n = 9 });

        Assert.Equal(("n", "n"), (refusal.GetProperty("details").Text("field"), tooMany.GetProperty("details").Text("field")));
    }

    [Fact]
    public async Task Several_long_answers_share_one_frame_and_say_what_was_left_out()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var choices = (await port.AskRightAsync("chat_completions", new { messages = Question, n = 8, max_tokens = 5000, logprobs = true }))
            .GetProperty("payload").GetProperty("choices");

        Assert.Equal(8, choices.GetArrayLength());
        Assert.All(choices.EnumerateArray(), choice =>
        {
            Assert.True(choice.GetProperty("output_truncated").GetBoolean());
            Assert.True(choice.GetProperty("logprobs_truncated").GetBoolean());
            Assert.Equal("length", choice.Text("finish_reason"));
        });
    }

    [Fact]
    public async Task Tool_calls_come_in_chunks_and_whole()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var chunks = await ChunksAsync(
            port, """{"action":"chat_completions","messages":[{"role":"user","content":"Hi"}],"stream":true,"tools":[{"type":"function","function":{"name":"weather"}}]}""");
        var message = (await port.AskRightAsync("chat_completions", new { messages = Question, tools = new[] { new { type = "function", function = new { name = "weather" } } } })).GetProperty("payload").GetProperty("choices")[0];

        var calls = chunks.Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta"))
            .Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0].GetProperty("function")).ToList();
        Assert.Equal("weather", calls[0].Text("name"));
        Assert.Equal("""{"city": "Rome"}""", string.Concat(calls.Select(call => call.Text("arguments"))));
        Assert.Equal("Which one? ", chunks[0].GetProperty("choices")[0].GetProperty("delta").Text("reasoning_content"));
        Assert.Equal("tool_calls", message.Text("finish_reason"));
        Assert.Equal(JsonValueKind.Null, message.GetProperty("message").GetProperty("content").ValueKind);
        Assert.Equal("weather", message.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").Text("name"));
    }

    [Fact]
    public async Task How_likely_tokens_were_is_told_where_that_is_asked_for()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var chunks = await ChunksAsync(
            port, """{"action":"chat_completions","messages":[{"role":"user","content":"Hi"}],"stream":true,"max_tokens":1,"logprobs":true,"top_logprobs":3}""");
        var whole = (await port.AskRightAsync("chat_completions", new { messages = Question, max_tokens = 2, logprobs = true })).GetProperty("payload").GetProperty("choices")[0];
        var without = (await port.AskRightAsync("chat_completions", new { messages = Question, max_tokens = 2, logprobs = false })).GetProperty("payload").GetProperty("choices")[0];
        var tooMany = await port.AskAsync("chat_completions", new { messages = Question, top_logprobs = 21 });

        Assert.Equal(-0.5, chunks[0].GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content")[0].GetProperty("logprob").GetDouble());
        Assert.Equal(["word ", "word "], whole.GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(token => token.Text("token")));
        Assert.False(without.TryGetProperty("logprobs", out _));
        Assert.Equal("top_logprobs", tooMany.GetProperty("details").Text("field"));
        Assert.Equal([3, 0, null], bed.Requests.Select(request => request.TopLogProbs));
    }

    private static int Usage(JsonElement answer, string name) => answer.GetProperty("usage").GetProperty(name).GetInt32();

    private static async Task<List<JsonElement>> ChunksAsync(Dialogue port, string request)
    {
        await port.SayAsync(request);
        var chunks = new List<JsonElement>();
        while (true)
        {
            var frame = await port.HearAsync();
            if (frame.TryGetProperty("status", out var status))
            {
                Assert.Equal("success", status.GetString());
                return chunks;
            }

            if (frame.Text("type") == "chat.completion.chunk")
            {
                chunks.Add(frame.GetProperty("payload"));
            }
        }
    }
}
