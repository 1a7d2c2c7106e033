using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests.Routing;

public sealed class HostSessionTests
{
    private const string Endless = """{"action":"generate","prompt":"x","settings":{"max_tokens":1000000},"id":"g"}""";

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [InlineData("", "invalid_json")]
    [InlineData("{", "invalid_json")]
    [InlineData("[]", "invalid_request")]
    [InlineData("{}", "unknown_action")]
    [InlineData("""{"action":"dance"}""", "unknown_action")]
    [InlineData("""{"action":"load_model"}""", "invalid_request")]
    [InlineData("""{"action":"load_model","modelPath":5}""", "invalid_request")]
    [InlineData("""{"action":"load_model","modelPath":"/missing.gguf"}""", "model_not_found")]
    [InlineData("""{"action":"load_model","modelPath":"/unreadable.gguf"}""", "model_unreadable")]
    [InlineData("""{"action":"load_model","modelPath":"owner/repo"}""", "offline")]
    [InlineData("""{"action":"generate","prompt":"x"}""", "no_model_loaded")]
    [InlineData("""{"action":"unload_model","modelPath":"/x.gguf"}""", "model_not_loaded")]
    [InlineData("""{"action":"set_params","params":{"temperature":9}}""", "invalid_settings")]
    [InlineData("""{"action":"set_params","params":5}""", "invalid_settings")]
    public async Task A_bad_request_gets_its_code_and_the_next_one_works(string request, string code)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);

        var refusal = await dialogue.AskAsync(request);
        var pong = await dialogue.AskAsync("""{"action":"ping"}""");

        Assert.Equal(("error", code), (Text(refusal, "status"), Text(refusal, "code")));
        Assert.Equal("pong", Text(pong, "response"));
    }

    [Fact]
    public async Task An_id_may_be_used_again_as_soon_as_its_final_frame_is_there()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        for (var i = 0; i < 2000; i++)
        {
            Assert.Equal("pong", Text(await dialogue.AskAsync("""{"action":"ping","id":"same"}"""), "response"));
        }
    }

    [Fact]
    public async Task A_stop_is_read_while_tokens_flow_and_both_requests_get_their_final_frame()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync(Endless);
        while (Text(await dialogue.HearAsync(), "type") != "generationUpdate")
        {
        }

        await dialogue.SayAsync("""{"action":"stop_generation","id":"s"}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];

        var stop = Assert.Single(finals, final => Text(final, "requestId") == "s");
        var generation = Assert.Single(finals, final => Text(final, "requestId") == "g");
        Assert.Equal(1, stop.GetProperty("stopped").GetInt32());
        Assert.Equal("generationStopped", Text(generation, "type"));
        Assert.StartsWith("word ", Text(generation.GetProperty("payload"), "output"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_without_an_id_are_answered_in_order(bool asBroker)
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var host = new TestHost(loader);
        await using var dialogue = new Dialogue(host, Timeout, asBroker: asBroker);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync("""{"action":"ping"}""");
        await dialogue.SayAsync("""{"action":"ping","id":1}""");

        var overtaking = await dialogue.HearFinalAsync();
        loader.Gate.SetResult();
        var first = await dialogue.HearFinalAsync();
        var second = await dialogue.HearFinalAsync();

        Assert.Equal(1, overtaking.GetProperty("requestId").GetInt32());
        Assert.Equal("workerReady", Text(first, "type"));
        Assert.Equal("pong", Text(second, "response"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_does_not_read_yet_is_read_on(bool asBroker)
    {
        // Far more, both ways, than the pipes hold.
        const int Requests = 3000;
        await using var host = new TestHost(new ScriptedLoader());
        await using var dialogue = new Dialogue(host, Timeout, asBroker: asBroker);
        for (var i = 0; i < Requests; i++)
        {
            await dialogue.SayAsync($$"""{"action":"ping","id":{{i}}}""");
        }

        for (var i = 0; i < Requests; i++)
        {
            await dialogue.HearFinalAsync();
        }
    }

    [Fact]
    public async Task A_second_request_under_an_open_id_is_refused_without_it()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync(Endless);

        var refusal = await dialogue.AskAsync("""{"action":"ping","id":"g"}""");

        Assert.False(refusal.TryGetProperty("requestId", out _));
        Assert.Equal("g", Text(refusal.GetProperty("details"), "requestId"));
    }

    [Fact]
    public async Task The_same_model_loaded_twice_at_once_is_loaded_once()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var first = new Dialogue(loader, Timeout);
        await first.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":1}""");
        await first.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":2}""");

        loader.Gate.SetResult();
        JsonElement[] finals = [await first.HearFinalAsync(), await first.HearFinalAsync()];

        Assert.All(finals, final => Assert.Equal("workerReady", Text(final, "type")));
        Assert.Equal(1, loader.Loads);
    }

    [Fact]
    public async Task Unloading_in_mid_generation_is_refused_and_with_force_stops_it()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync(Endless);
        while (Text(await dialogue.HearAsync(), "type") != "generationUpdate")
        {
        }

        var refusal = await dialogue.AskAsync("""{"action":"unload_model","id":1}""");
        await dialogue.SayAsync("""{"action":"unload_model","force":true,"id":2}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];

        Assert.Equal("model_in_use", Text(refusal, "code"));
        Assert.Contains(finals, final => Text(final, "type") == "generationStopped");
        Assert.Contains(finals, final => Text(final, "message") == "Model unloaded");
    }

    [Fact]
    public async Task Events_false_leaves_the_final_frame_alone()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","events":false}""");

        Assert.Equal("workerReady", Text(await dialogue.HearAsync(), "type"));
    }

    [Fact]
    public async Task An_answer_over_the_browsers_limit_is_cut_to_fit()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");

        var final = await dialogue.AskAsync(
            """{"action":"generate","prompt":"x","events":false,"settings":{"max_tokens":100000}}""");

        Assert.Equal("generationComplete", Text(final, "type"));
        Assert.True(final.GetProperty("payload").GetProperty("outputTruncated").GetBoolean());
    }

    [Fact]
    public async Task A_lost_frame_boundary_is_answered_once_and_ends_the_session()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        await dialogue.SayRawAsync([0xFF, 0xFF, 0xFF, 0x7F]);

        Assert.Equal("frame_boundary_lost", Text(await dialogue.HearAsync(), "code"));
        await Assert.ThrowsAsync<FramingException>(() => dialogue.Session);
    }

    [Fact]
    public async Task The_end_of_a_browsers_stream_stops_what_runs()
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout, EndOfInput.Cancels);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync(Endless);
        await dialogue.HearAsync();

        await dialogue.HangUpAsync();
        while (!dialogue.Session.IsCompleted)
        {
            var heard = await dialogue.HearAsync();
            if (heard.TryGetProperty("status", out _))
            {
                break;
            }
        }

        await dialogue.Session;
    }

    [Theory]
    [InlineData("""{"action":"ping","\ud800":1}""", "invalid_request")]
    [InlineData("""{"action":"set_params","params":{"\ud800":1}}""", "invalid_settings")]
    [InlineData("""{"action":"set_params","params":{"stop":"\ud800"}}""", "invalid_settings")]
    [InlineData("""{"action":"generate","messages":[null]}""", "invalid_request")]
    [InlineData("""{"action":"load_model","modelPath":"missing/a.gguf"}""", "model_not_found")]
    [InlineData("""{"action":"load_model","modelPath":"~/missing.gguf"}""", "model_not_found")]
    public async Task Texts_that_are_no_Unicode_and_files_in_folders_are_told_apart(string request, string code)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);

        var refusal = await dialogue.AskAsync(request);
        var pong = await dialogue.AskAsync("""{"action":"ping"}""");

        Assert.Equal(("error", code), (Text(refusal, "status"), Text(refusal, "code")));
        Assert.Equal("pong", Text(pong, "response"));
    }

    [Theory]
    [InlineData("action")]
    [InlineData("modelPath")]
    public async Task An_error_that_would_quote_a_megabyte_is_shortened(string field)
    {
        await using var dialogue = new Dialogue(new ScriptedLoader(), Timeout);
        var action = field == "action" ? "" : "\"action\":\"load_model\",";

        var refusal = await dialogue.AskAsync($$"""{{{action}}"{{field}}":"x/{{new string('a', 1_200_000)}}"}""");

        Assert.Equal("error", Text(refusal, "status"));
        Assert.InRange(Text(refusal, "message")!.Length, 10, 3000);
    }

    [Fact]
    public async Task A_bad_message_under_an_open_id_is_refused_without_it()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var dialogue = new Dialogue(loader, Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":"x"}""");

        var refusal = await dialogue.AskAsync("""{"action":"dance","id":"x"}""");
        loader.Gate.SetResult();
        var answer = await dialogue.HearFinalAsync();

        Assert.False(refusal.TryGetProperty("requestId", out _));
        Assert.Equal(("x", "workerReady"), (Text(answer, "requestId"), Text(answer, "type")));
    }

    [Fact]
    public async Task A_stop_reaches_a_generation_that_waits_for_a_load()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var dialogue = new Dialogue(loader, Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":"l"}""");
        await dialogue.SayAsync(Endless);

        var stop = await dialogue.AskAsync("""{"action":"stop_generation","id":"s"}""");
        loader.Gate.SetResult();
        var load = await dialogue.HearFinalAsync();
        var generation = await dialogue.HearFinalAsync();

        Assert.Equal(1, stop.GetProperty("stopped").GetInt32());
        Assert.Equal("workerReady", Text(load, "type"));
        Assert.Equal("generationStopped", Text(generation, "type"));
    }

    [Fact]
    public async Task A_stop_that_names_a_load_cancels_it()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var dialogue = new Dialogue(loader, Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":"l"}""");

        await dialogue.SayAsync("""{"action":"stop_generation","targetRequestId":"l","id":"s"}""");
        JsonElement[] finals = [await dialogue.HearFinalAsync(), await dialogue.HearFinalAsync()];

        Assert.Equal("cancelled", Text(Assert.Single(finals, final => Text(final, "requestId") == "l"), "code"));
        Assert.Equal(1, Assert.Single(finals, final => Text(final, "requestId") == "s").GetProperty("stopped").GetInt32());
    }

    [Fact]
    public async Task Settings_that_come_during_a_load_outlive_it()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var dialogue = new Dialogue(loader, Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","settings":{"top_k":7},"id":"l"}""");

        await dialogue.AskAsync("""{"action":"set_params","params":{"temperature":1.5},"id":"p"}""");
        loader.Gate.SetResult();
        var load = await dialogue.HearFinalAsync();

        Assert.Equal(
            (1.5, 7),
            (load.GetProperty("settings").GetProperty("temperature").GetDouble(), load.GetProperty("settings").GetProperty("top_k").GetInt32()));
    }

    [Fact]
    public async Task More_requests_than_a_port_may_have_open_are_refused_and_a_stop_still_works()
    {
        var loader = new ScriptedLoader { Gate = new TaskCompletionSource() };
        await using var dialogue = new Dialogue(loader, Timeout);
        await dialogue.SayAsync("""{"action":"load_model","modelPath":"/a.gguf","id":"l"}""");
        for (var i = 0; i < 1023; i++)
        {
            await dialogue.SayAsync($$"""{"action":"generate","prompt":"x","id":{{i}}}""");
        }

        var refusal = await dialogue.AskAsync("""{"action":"ping","id":"one too many"}""");
        var stop = await dialogue.AskAsync("""{"action":"stop_generation","id":"s"}""");

        Assert.Equal(("one too many", "too_many_requests"), (Text(refusal, "requestId"), Text(refusal, "code")));
        Assert.Equal(1023, stop.GetProperty("stopped").GetInt32());
        loader.Gate.SetResult();
    }

    private static string? Text(JsonElement message, string field)
        => message.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
