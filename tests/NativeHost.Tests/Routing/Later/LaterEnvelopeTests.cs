using System.Buffers;
using System.Text.Json;
using NativeHost.Messages;
using NativeHost.Routing.Later;
using Xunit;

namespace NativeHost.Tests.Routing.Later;

/// <summary>Requests of clients that say route, request_id and payload.</summary>
public sealed class LaterEnvelopeTests : IAsyncDisposable
{
    private readonly TestHost _host = new(new ScriptedLoader());
    private readonly Dialogue _port;

    public LaterEnvelopeTests() => _port = new Dialogue(_host, Patience.Token);

    [Fact]
    public async Task A_conversation_of_a_later_client_runs_from_load_to_unload()
    {
        var loaded = await DataAsync("""{"route":"load_model","request_id":"1","payload":{"model":"/a.gguf"}}""");
        Assert.Equal((true, "/a.gguf"), (loaded.GetProperty("success").GetBoolean(), Text(loaded, "model")));

        var chat = await DataAsync(
            """{"route":"chat","request_id":"2","payload":{"model":"/a.gguf","messages":[{"role":"user","content":"x","name":"n"}],"max_tokens":3,"temperature":0,"stream":false}}""");
        Assert.Equal(("chat.completion", "chatcmpl-2", "/a.gguf"), (Text(chat, "object"), Text(chat, "id"), Text(chat, "model")));
        var choice = chat.GetProperty("choices")[0];
        Assert.Equal(("assistant", "word word word "), (Text(choice.GetProperty("message"), "role"), Text(choice.GetProperty("message"), "content")));
        Assert.Equal("length", Text(choice, "finish_reason"));
        Assert.Equal((3, 3, 6), UsageOf(chat, "prompt_tokens", "completion_tokens"));

        var text = await DataAsync("""{"route":"generate","request_id":"3","payload":{"model":"/a.gguf","prompt":"x","max_tokens":2}}""");
        Assert.Equal(("text_completion", "word word "), (Text(text, "object"), Text(text.GetProperty("choices")[0], "text")));

        var response = await DataAsync("""{"route":"responses","request_id":"4","payload":{"model":"/a.gguf","input":"x","max_tokens":1}}""");
        Assert.Equal(("word ", "x"), (Text(response, "response"), Text(response, "input")));

        var stats = await DataAsync("""{"route":"stats","request_id":"5","payload":null}""");
        Assert.Equal((3, 1), (stats.GetProperty("input_tokens").GetInt32(), stats.GetProperty("output_tokens").GetInt32()));

        var models = await DataAsync("""{"route":"get-loaded-models","request_id":"6","payload":null}""");
        Assert.Equal("/a.gguf", Text(models.GetProperty("models")[0], "id"));

        var unloaded = await DataAsync("""{"route":"unload_model","request_id":"7","payload":{"model":"/a.gguf"}}""");
        Assert.True(unloaded.GetProperty("success").GetBoolean());
        Assert.Empty(_host.Shelf.Models);
    }

    [Fact]
    public async Task Texts_become_a_list_of_vectors_as_OpenAI_has_it_page_after_page()
    {
        var one = await DataAsync("""{"route":"embeddings","request_id":"1","payload":{"model":"default","input":"a cat"}}""");
        Assert.Equal(("list", "embedding", "/default-embedder.gguf"), (Text(one, "object"), Text(one.GetProperty("data")[0], "object"), Text(one, "model")));
        Assert.Equal(8, one.GetProperty("data")[0].GetProperty("embedding").GetArrayLength());
        Assert.Equal((2, 2), (one.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), one.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
        Assert.False(one.TryGetProperty("next_offset", out _));

        const int Texts = 9000;
        var input = $"[{string.Join(',', Enumerable.Range(0, Texts).Select(number => $"\"text {number}\""))}]";
        var seen = new List<int>();
        for (int? offset = 0; offset is not null;)
        {
            var page = await DataAsync($$"""{"route":"embeddings","request_id":"2","payload":{"input":{{input}},"offset":{{offset}} } }""");
            seen.AddRange(page.GetProperty("data").EnumerateArray().Select(vector => vector.GetProperty("index").GetInt32()));
            offset = page.TryGetProperty("next_offset", out var next) ? next.GetInt32() : null;
        }

        Assert.Equal(Enumerable.Range(0, Texts), seen);
        var base64 = await DataAsync("""{"route":"embeddings","request_id":"3","payload":{"input":["a"],"encoding_format":"base64","dimensions":4}}""");
        Assert.Equal(16, base64.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task Documents_are_ranked_by_a_loaded_reranker_and_the_answer_says_so()
    {
        const string Ask = """{"route":"rerank","request_id":"1","payload":{"query":"a cat","documents":["dogs","a cat sleeps","a dog"],"top_k":2}}""";

        var cosine = await DataAsync(Ask);
        await DataAsync("""{"route":"load_model","request_id":"2","payload":{"model":"/a-reranker.gguf"}}""");
        var ranked = await DataAsync(Ask);

        Assert.Equal("cosine", Text(cosine, "method"));
        Assert.Equal(("reranker", "/a-reranker.gguf"), (Text(ranked, "method"), Text(ranked, "model")));
        Assert.Equal([(1, "a cat sleeps", 1.0), (2, "a dog", 0.5)], ranked.GetProperty("results").EnumerateArray()
            .Select(result => (result.GetProperty("index").GetInt32(), Text(result, "document"), result.GetProperty("relevance_score").GetDouble())));
    }

    [Fact]
    public async Task Documents_are_asked_and_the_answer_names_them()
    {
        await DataAsync("""{"route":"load_model","request_id":"1","payload":{"model":"/a.gguf"}}""");

        var answer = await DataAsync("""{"route":"rag","request_id":"2","payload":{"query":"Where is the cat?","documents":["The dog runs.","The cat is on the mat."],"top_k":100}}""");

        Assert.StartsWith("word word", Text(answer, "answer"), StringComparison.Ordinal);
        Assert.Equal("/a.gguf", Text(answer, "model"));
        var source = answer.GetProperty("sources")[0];
        Assert.Equal(("The cat is on the mat.", 1), (Text(source, "content"), source.GetProperty("index").GetInt32()));
        Assert.InRange(source.GetProperty("score").GetDouble(), 0.01, 1);
    }

    [Fact]
    public async Task There_is_one_answer_and_no_event()
    {
        await DataAsync("""{"route":"load_model","request_id":"1","payload":{"model":"/a.gguf"}}""");

        await _port.SayAsync("""{"route":"generate","request_id":"2","payload":{"model":"/a.gguf","prompt":"x","max_tokens":5}}""");

        Assert.Equal("2", Text(await _port.HearAsync(), "request_id"));
    }

    [Fact]
    public async Task Settings_of_one_envelope_hold_in_the_other()
    {
        var set = await DataAsync("""{"route":"set_params","request_id":"1","payload":{"temperature":0.25,"max_tokens":99}}""");
        Assert.Equal("Parameters updated successfully", Text(set, "message"));

        var later = await DataAsync("""{"route":"get_params","request_id":"2","payload":{"session_id":"s"}}""");
        var usual = await _port.AskAsync("""{"action":"get_params"}""");

        Assert.Equal((0.25, 99), (later.GetProperty("temperature").GetDouble(), later.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(99, usual.GetProperty("params").GetProperty("max_new_tokens").GetInt32());
        Assert.False(usual.TryGetProperty("success", out _));
    }

    [Fact]
    public async Task A_generation_is_stopped_by_its_request_id()
    {
        await DataAsync("""{"route":"load_model","request_id":"1","payload":{"model":"/a.gguf"}}""");
        await _port.SayAsync("""{"route":"generate","request_id":"g","payload":{"model":"/a.gguf","prompt":"x","max_tokens":1000000}}""");
        while ((await DataAsync("""{"route":"halt-status","request_id":"h","payload":null}""")).GetProperty("active_requests").GetInt32() == 0)
        {
        }

        await _port.SayAsync("""{"route":"stop_generation","request_id":"s","payload":{"request_id":"g"}}""");
        JsonElement[] answers = [await _port.HearAsync(), await _port.HearAsync()];

        var stop = answers.Single(answer => Text(answer, "request_id") == "s").GetProperty("data");
        var stopped = answers.Single(answer => Text(answer, "request_id") == "g").GetProperty("data");
        Assert.Equal(1, stop.GetProperty("stopped_requests").GetInt32());
        Assert.Equal("stop", Text(stopped.GetProperty("choices")[0], "finish_reason"));
    }

    [Theory]
    [InlineData("""{"route":"health"}""", "unknown", "VALIDATION_ERROR", "Validation error in field 'request_id'")]
    [InlineData("""{"route":"","request_id":"r","payload":null}""", "r", "VALIDATION_ERROR", "Validation error in field 'route'")]
    [InlineData("""{"route":"a b","request_id":"r","payload":null}""", "r", "VALIDATION_ERROR", "Validation error in field 'route'")]
    [InlineData("""{"route":7,"request_id":"r","payload":null}""", "r", "VALIDATION_ERROR", "Validation error in field 'route'")]
    [InlineData("""{"route":"none","request_id":"r","payload":null}""", "r", "ROUTE_NOT_FOUND", "Route not found: none")]
    [InlineData("""{"route":"audio_stream","request_id":"r","payload":{"audio_data":""}}""", "r", "ROUTE_NOT_FOUND", "Not supported: audio_stream")]
    [InlineData("""{"route":"video-stream","request_id":"r","payload":{}}""", "r", "ROUTE_NOT_FOUND", "Not supported: video-stream")]
    [InlineData("""{"route":"load_model","request_id":"r","payload":{}}""", "r", "VALIDATION_ERROR", "Validation error in field 'model'")]
    [InlineData("""{"route":"load_model","request_id":"r","payload":[1]}""", "r", "VALIDATION_ERROR", "Validation error in field 'payload'")]
    [InlineData("""{"route":"load_model","request_id":"r","payload":{"model":"\ud800"}}""", "r", "VALIDATION_ERROR", "Validation error in field 'model'")]
    [InlineData("""{"route":"generate","request_id":"r","payload":{"model":"/a.gguf","prompt":"x","stop":"\ud800"}}""", "r", "VALIDATION_ERROR", "Validation error in field 'payload'")]
    [InlineData("""{"route":"chat","request_id":"r","payload":{"model":"/a.gguf","messages":[{"\udc00":1}]}}""", "r", "VALIDATION_ERROR", "Validation error in field 'payload'")]
    [InlineData("""{"route":"responses","request_id":"r","payload":{"model":"/a.gguf","input":["\ud800"]}}""", "r", "VALIDATION_ERROR", "Validation error in field 'payload'")]
    [InlineData("""{"route":"load_model","request_id":"r","payload":{"model":"/missing.gguf"}}""", "r", "BAD_REQUEST", "No file at /missing.gguf")]
    [InlineData("""{"route":"chat","request_id":"r","payload":{"model":"m","messages":[]}}""", "r", "VALIDATION_ERROR", "Validation error in field 'messages'")]
    [InlineData("""{"route":"generate","request_id":"r","payload":{"model":"/a.gguf","prompt":"x","temperature":3}}""", "r", "VALIDATION_ERROR", "Validation error in field 'temperature'")]
    [InlineData("""{"route":"set_params","request_id":"r","payload":{"max_tokens":100001}}""", "r", "VALIDATION_ERROR", "Validation error in field 'max_tokens'")]
    [InlineData("""{"route":"embeddings","request_id":"r","payload":{"model":"default"}}""", "r", "VALIDATION_ERROR", "Validation error in field 'input'")]
    [InlineData("""{"route":"embeddings","request_id":"r","payload":{"input":["a",1]}}""", "r", "VALIDATION_ERROR", "Validation error in field 'input'")]
    [InlineData("""{"route":"rerank","request_id":"r","payload":{"query":"a"}}""", "r", "VALIDATION_ERROR", "Validation error in field 'documents'")]
    [InlineData("""{"route":"rerank","request_id":"r","payload":{"query":"a","documents":["b"],"top_k":0}}""", "r", "VALIDATION_ERROR", "Validation error in field 'top_k'")]
    [InlineData("""{"route":"rag","request_id":"r","payload":{"documents":["b"]}}""", "r", "VALIDATION_ERROR", "Validation error in field 'query'")]
    [InlineData("""{"route":"rag","request_id":"r","payload":{"query":"a"}}""", "r", "VALIDATION_ERROR", "Validation error in field 'documents'")]
    [InlineData("""{"route":"rag","request_id":"r","payload":{"query":"a","documents":["b"],"top_k":101}}""", "r", "VALIDATION_ERROR", "Validation error in field 'top_k'")]
    public async Task What_is_wrong_is_said_in_the_envelopes_own_codes(string request, string id, string code, string message)
    {
        var answer = await AskAsync(request);

        Assert.Equal((id, false), (Text(answer, "request_id"), answer.GetProperty("success").GetBoolean()));
        var error = answer.GetProperty("error");
        Assert.Equal(code, Text(error, "code"));
        Assert.StartsWith(message, Text(error, "message"), StringComparison.Ordinal);
        Assert.Equal(id, Text(error, "request_id"));
        Assert.Equal("ok", Text(await DataAsync("""{"route":"health","request_id":"h","payload":null}"""), "status"));
    }

    [Fact]
    public async Task What_is_no_message_at_all_is_answered_in_the_usual_envelope()
        => Assert.Equal("invalid_json", Text(await _port.AskAsync("""{"route":"health","""), "code"));

    [Fact]
    public async Task A_message_with_an_action_is_no_later_one()
        => Assert.Equal("pong", Text(await _port.AskAsync("""{"action":"ping","route":"chat","payload":{"x":1}}"""), "response"));

    [Fact]
    public async Task An_id_that_is_open_is_refused_without_it()
    {
        await DataAsync("""{"route":"load_model","request_id":"1","payload":{"model":"/a.gguf"}}""");
        await _port.SayAsync("""{"route":"generate","request_id":"g","payload":{"model":"/a.gguf","prompt":"x","max_tokens":1000000}}""");

        var refused = await AskAsync("""{"route":"health","request_id":"g","payload":null}""");

        Assert.Equal(("unknown", false), (Text(refused, "request_id"), refused.GetProperty("success").GetBoolean()));
        Assert.Equal("g", Text(refused.GetProperty("error").GetProperty("details"), "requestId"));
    }

    [Theory]
    [InlineData(2500L, "3")]
    [InlineData(null, "null")]
    public void When_to_ask_again_is_told_where_it_is_known(long? milliseconds, string told)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            var details = milliseconds is null ? null : new ErrorDetails { RetryAfterMs = milliseconds };
            LaterErrors.Write(json, new ErrorReply { Code = ErrorCode.RateLimited, Message = "m", Details = details }, "chat", "1", MessagesJson.Default.ErrorDetails);
        }

        using var error = JsonDocument.Parse(bytes.WrittenMemory);
        Assert.Equal(told, error.RootElement.GetProperty("details").GetProperty("retry_after").GetRawText());
    }

    [Fact]
    public async Task A_disks_usage_is_what_is_written_on_it()
    {
        var data = await DataAsync("""{"route":"get_resources","request_id":"1","payload":null}""");

        const long Mebibyte = 1024 * 1024;
        Assert.Equal((500 * Mebibyte, 1000 * Mebibyte), (data.GetProperty("disk_usage").GetInt64(), data.GetProperty("disk_total").GetInt64()));
    }

    /// <summary>Whatever stands in a route's fields, the answer is one frame of the envelope.</summary>
    [Fact]
    public async Task Every_route_answers_whatever_its_payload_is()
    {
        string[] payloads = ["null", "{}", "7", "[]", """{"model":null}""", """{"model":{},"input":1,"messages":"x","token":[],"repo_id":-1,"max_tokens":"1"}"""];
        foreach (var route in LaterRoutes.All)
        {
            foreach (var payload in payloads)
            {
                var answer = await AskAsync($$"""{"route":"{{route.Name}}","request_id":"r","payload":{{payload}}}""");

                Assert.Equal("r", Text(answer, "request_id"));
                Assert.True(answer.TryGetProperty(answer.GetProperty("success").GetBoolean() ? "data" : "error", out _));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _port.DisposeAsync();
        await _host.DisposeAsync();
    }

    private static string? Text(JsonElement frame, string name) => frame.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static (int Prompt, int Answer, int Total) UsageOf(JsonElement data, string prompt, string answer)
    {
        var usage = data.GetProperty("usage");
        return (usage.GetProperty(prompt).GetInt32(), usage.GetProperty(answer).GetInt32(), usage.GetProperty("total_tokens").GetInt32());
    }

    private async Task<JsonElement> AskAsync(string request)
    {
        await _port.SayAsync(request);
        return await _port.HearAsync();
    }

    private async Task<JsonElement> DataAsync(string request)
    {
        var answer = await AskAsync(request);
        Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString());
        return answer.GetProperty("data");
    }
}
