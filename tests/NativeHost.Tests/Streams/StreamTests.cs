using System.Text.Json;
using NativeHost.Actions.Generation;
using NativeHost.Framing;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Routing;
using Xunit;

namespace NativeHost.Tests.Streams;

/// <summary>A generation outlives the port that asked for it, and another port of the same caller gets the rest.</summary>
public sealed class StreamTests : IDisposable
{
    private const int Tokens = 40;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly Caller Extension = new(CallerKind.Extension, "chrome-extension://one/");
    private static readonly Caller Stranger = new(CallerKind.Extension, "chrome-extension://two/");

    private readonly SemaphoreSlim _tokens = new(0);
    private readonly ManualTime _time = new();

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task What_a_lost_port_missed_comes_on_the_next_one_exactly_once_and_in_order()
    {
        await using var host = NewHost();
        var (streamId, seq, text) = await BeginAndLoseAsync(host, heard: 7);

        await using var second = new Dialogue(host, Timeout, caller: Extension);
        await second.SayAsync(Resume(streamId, seq));
        _tokens.Release(Tokens);
        var rest = await HearRestAsync(second);

        Assert.Equal(Words(Tokens), text + rest.Text);
        Assert.Equal(Enumerable.Range((int)seq + 1, rest.Seqs.Count).Select(next => (long)next), rest.Seqs);
        Assert.Equal(("generationComplete", Words(Tokens)), (Text(rest.Final, "type"), Text(rest.Final.GetProperty("payload"), "output")));
        Assert.Equal((streamId, rest.Seqs[^1]), (Text(rest.Final.GetProperty("payload"), "streamId"), rest.Final.GetProperty("payload").GetProperty("seq").GetInt64()));
    }

    [Fact]
    public async Task An_answer_that_is_faster_than_who_waits_for_it_is_delivered_also_where_nothing_is_kept()
    {
        await using var host = new TestHost(new ScriptedLoader(), grace: TimeSpan.Zero);
        await using var port = new Dialogue(host, Timeout);
        await port.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        using var writer = new FrameWriter(Stream.Null, WireFormat.Frames);
        var exchange = new Exchange(writer, Caller.Local, id: null, wantsEvents: true, port, Timeout);

        var stream = host.Streams.Start(host.Shelf.Models[0], new GenerationRequest { Prompt = "x", MaxNewTokens = 2 }, exchange);
        while (host.Streams.View().Count > 0)
        {
            await Task.Delay(1, Timeout);
        }

        Assert.Equal("generationComplete", (await stream.DeliverAsync(exchange, after: 0, UpdateEncoder.Encoding, Timeout)).Type);
    }

    [Fact]
    public async Task A_stream_that_ended_while_nobody_listened_is_kept_for_the_grace_time_and_no_longer()
    {
        await using var host = NewHost();
        var (streamId, seq, text) = await BeginAndLoseAsync(host, heard: 3);
        _tokens.Release(Tokens);
        await using var second = new Dialogue(host, Timeout, caller: Extension);
        while (Text(Assert.Single(await ListAsync(second)), "state") != "finished")
        {
            await Task.Delay(1, Timeout);
        }

        await second.SayAsync(Resume(streamId, seq));
        Assert.Equal(Words(Tokens), text + (await HearRestAsync(second)).Text);

        // A client that lost even that may ask again.
        await second.SayAsync(Resume(streamId, 0));
        Assert.Equal(Words(Tokens), (await HearRestAsync(second)).Text);

        await _time.AdvanceAsync(Grace, waiting: 1, Timeout);
        Assert.Equal("stream_not_found", Text(await second.AskAsync(Resume(streamId, seq)), "code"));
        Assert.Empty(await ListAsync(second));
    }

    [Fact]
    public async Task A_stream_that_nobody_comes_back_for_is_stopped()
    {
        await using var host = NewHost();
        var (streamId, seq, _) = await BeginAndLoseAsync(host, heard: 3);

        await _time.AdvanceAsync(Grace, waiting: 1, Timeout);
        _tokens.Release();

        await using var second = new Dialogue(host, Timeout, caller: Extension);
        Assert.Equal("stream_not_found", Text(await second.AskAsync(Resume(streamId, seq)), "code"));

        // It runs no more, so the model may be unloaded without force.
        while (Text(await second.AskAsync("""{"action":"unload_model"}"""), "code") == "model_in_use")
        {
            await Task.Delay(1, Timeout);
        }
    }

    [Fact]
    public async Task Nobody_else_can_see_resume_or_stop_it()
    {
        await using var host = NewHost();
        var (streamId, _, _) = await BeginAndLoseAsync(host, heard: 3);
        await using var stranger = new Dialogue(host, Timeout, caller: Stranger);

        Assert.Empty(await ListAsync(stranger));
        Assert.Equal("stream_not_found", Text(await stranger.AskAsync(Resume(streamId, 0)), "code"));
        Assert.Equal("stream_not_found", Text(await stranger.AskAsync(StopOf(streamId)), "code"));
        Assert.Equal(0, (await stranger.AskAsync("""{"action":"stop_generation"}""")).GetProperty("stopped").GetInt32());

        await using var owner = new Dialogue(host, Timeout, caller: Extension);
        Assert.Equal("running", Text(Assert.Single(await ListAsync(owner)), "state"));
    }

    [Theory]
    [InlineData("""{"action":"stop_generation"}""")]
    [InlineData("""{"action":"stop_generation","targetRequestId":"g"}""")]
    [InlineData(null)]
    public async Task A_stop_from_any_port_of_the_caller_reaches_it(string? stop)
    {
        await using var host = NewHost();
        var (streamId, seq, text) = await BeginAndLoseAsync(host, heard: 3);
        await using var second = new Dialogue(host, Timeout, caller: Extension);

        var stopped = await second.AskAsync(stop ?? StopOf(streamId));
        _tokens.Release();
        await second.SayAsync(Resume(streamId, seq));
        var rest = await HearRestAsync(second);

        Assert.Equal((1, "LLAMA_CPP_CPU"), (stopped.GetProperty("stopped").GetInt32(), stopped.GetProperty("stopped_backends")[0].GetString()));
        Assert.Equal("generationStopped", Text(rest.Final, "type"));
        Assert.Equal(Text(rest.Final.GetProperty("payload"), "output"), text + rest.Text);
    }

    [Fact]
    public async Task A_second_port_may_take_a_stream_over_and_the_first_is_told()
    {
        await using var host = NewHost();
        await using var first = await BeginAsync(host);
        var (streamId, seq, text) = await HearTokensAsync(first, 5);
        await using var second = new Dialogue(host, Timeout, caller: Extension);

        await second.SayAsync(Resume(streamId, seq));
        Assert.Equal(("stream_taken", "generationError"), TypedCode(await first.HearFinalAsync()));
        _tokens.Release(Tokens);

        Assert.Equal(Words(Tokens), text + (await HearRestAsync(second)).Text);
    }

    [Fact]
    public async Task The_list_tells_what_can_be_resumed()
    {
        await using var host = NewHost();
        string streamId;
        long seq;
        JsonElement attached;
        await using (var first = await BeginAsync(host))
        {
            (streamId, seq, _) = await HearTokensAsync(first, 5);
            attached = Assert.Single(await ListAsync(first));
        }

        await using var second = new Dialogue(host, Timeout, caller: Extension);
        var abandoned = Assert.Single(await ListAsync(second));

        Assert.Equal((streamId, "g", seq), (Text(attached, "streamId"), Text(attached, "requestId"), attached.GetProperty("lastSeq").GetInt64()));
        Assert.Equal(("running", 5), (Text(attached, "state"), attached.GetProperty("numTokens").GetInt32()));
        Assert.EndsWith("a.gguf", Text(attached, "modelPath"), StringComparison.Ordinal);
        Assert.True(attached.GetProperty("isAttached").GetBoolean());
        Assert.False(attached.TryGetProperty("expires", out _));
        Assert.False(abandoned.GetProperty("isAttached").GetBoolean());
        Assert.Equal((long)Grace.TotalSeconds, abandoned.GetProperty("expires").GetInt64() - abandoned.GetProperty("startedAt").GetInt64());
    }

    [Fact]
    public async Task A_client_that_wants_no_events_gets_the_whole_answer()
    {
        await using var host = NewHost();
        var (streamId, seq, _) = await BeginAndLoseAsync(host, heard: 3);
        await using var second = new Dialogue(host, Timeout, caller: Extension);

        await second.SayAsync($$"""{"action":"resume_stream","streamId":"{{streamId}}","after":{{seq}},"events":false}""");
        _tokens.Release(Tokens);
        var final = await second.HearAsync();

        Assert.Equal(Words(Tokens), Text(final.GetProperty("payload"), "output"));
    }

    [Theory]
    [InlineData("""{"action":"resume_stream"}""", "invalid_request")]
    [InlineData("""{"action":"resume_stream","streamId":"0000000000000000"}""", "stream_not_found")]
    [InlineData("""{"action":"resume_stream","streamId":"…","after":99}""", "invalid_request")]
    [InlineData("""{"action":"resume_stream","streamId":"…","after":-1}""", "invalid_request")]
    public async Task What_cannot_be_resumed_is_refused_and_the_stream_goes_on(string request, string code)
    {
        await using var host = NewHost();
        var (streamId, seq, text) = await BeginAndLoseAsync(host, heard: 3);
        await using var second = new Dialogue(host, Timeout, caller: Extension);

        Assert.Equal((code, "generationError"), TypedCode(await second.AskAsync(request.Replace("…", streamId, StringComparison.Ordinal))));

        await second.SayAsync(Resume(streamId, seq));
        _tokens.Release(Tokens);
        Assert.Equal(Words(Tokens), text + (await HearRestAsync(second)).Text);
    }

    [Fact]
    public async Task No_more_than_sixteen_ended_streams_are_kept()
    {
        await using var host = NewHost();
        await using var dialogue = await BeginAsync(host);
        _tokens.Release(18 * Tokens);
        await dialogue.HearFinalAsync();
        for (var i = 0; i < 17; i++)
        {
            await dialogue.AskAsync(Generate);
        }

        // The last one's end is told before it is counted.
        while ((await ListAsync(dialogue)).Count > 16)
        {
            await Task.Delay(1, Timeout);
        }

        Assert.Equal(16, (await ListAsync(dialogue)).Count);
    }

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public async Task A_long_answer_that_ended_last_is_kept_though_it_began_first()
    {
        // The long one stands at its third token; the others have one.
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new TestHost(new ScriptedLoader { BeforeToken = count => count < 3 ? Task.CompletedTask : gate.Task }, _time, Grace);
        var (streamId, seq, _) = await BeginAndLoseAsync(host, heard: 3);
        await using var other = new Dialogue(host, Timeout, caller: Extension);
        await other.AskAsync("""{"action":"load_model","modelPath":"/b.gguf"}""");
        for (var i = 0; i < 17; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await other.AskAsync("""{"action":"generate","prompt":"x","settings":{"max_tokens":1},"id":"short"}""");
        }

        gate.SetResult();
        await other.SayAsync(Resume(streamId, seq));
        Assert.Equal("generationComplete", Text((await HearRestAsync(other)).Final, "type"));
        Assert.Equal("generationComplete", Text(await other.AskAsync(Resume(streamId, seq)), "type"));
    }

    [Fact]
    public async Task A_stop_before_the_first_token_is_an_end_and_no_error()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loader = new ScriptedLoader
        {
            BeforeAll = stop =>
            {
                begun.SetResult();
                return Task.Delay(System.Threading.Timeout.Infinite, stop);
            },
        };
        await using var host = new TestHost(loader, _time, Grace);
        await using var port = await BeginAsync(host);
        await begun.Task.WaitAsync(Timeout);

        await port.SayAsync("""{"action":"stop_generation","id":"s"}""");
        JsonElement[] finals = [await port.HearFinalAsync(), await port.HearFinalAsync()];

        Assert.Equal("generationStopped", Text(Assert.Single(finals, final => Text(final, "requestId") == "g"), "type"));
    }

    [Fact]
    public async Task An_id_stops_the_request_of_its_own_port_where_another_port_has_the_same()
    {
        await using var host = NewHost();
        await using var first = await BeginAsync(host);
        await using var second = new Dialogue(host, Timeout, caller: Extension);
        await second.AskAsync("""{"action":"load_model","modelPath":"/b.gguf"}""");
        await HearTokensAsync(first, 2);
        await second.SayAsync(Generate);

        await first.SayAsync("""{"action":"stop_generation","targetRequestId":"g","id":"s"}""");
        JsonElement[] finals = [await first.HearFinalAsync(), await first.HearFinalAsync()];

        // One more than it needs: the stopped one still waits for its next.
        _tokens.Release(Tokens + 1);

        Assert.Contains(finals, final => Text(final, "type") == "generationStopped");
        Assert.Equal("generationComplete", Text(await second.HearFinalAsync(), "type"));
    }

    private static string Generate => $$$"""{"action":"generate","prompt":"x","settings":{"max_tokens":{{{Tokens}}}},"id":"g"}""";

    private static string Resume(string streamId, long after) => $$"""{"action":"resume_stream","streamId":"{{streamId}}","after":{{after}},"id":"r"}""";

    private static string StopOf(string streamId) => $$"""{"action":"stop_generation","streamId":"{{streamId}}"}""";

    private static string Words(int count) => string.Concat(Enumerable.Repeat("word ", count));

    private static string? Text(JsonElement message, string field) => message.TryGetProperty(field, out var value) ? value.GetString() : null;

    private static (string? Code, string? Type) TypedCode(JsonElement final) => (Text(final, "code"), Text(final, "type"));

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(Dialogue dialogue)
        => [.. (await dialogue.AskAsync("""{"action":"list_streams"}""")).GetProperty("payload").GetProperty("streams").EnumerateArray()];

    private TestHost NewHost() => new(new ScriptedLoader { BeforeToken = _ => _tokens.WaitAsync(Timeout) }, _time, Grace);

    /// <summary>A port that has asked for an answer.</summary>
    private static async Task<Dialogue> BeginAsync(TestHost host)
    {
        var dialogue = new Dialogue(host, Timeout, caller: Extension);
        await dialogue.AskAsync("""{"action":"load_model","modelPath":"/a.gguf"}""");
        await dialogue.SayAsync(Generate);
        return dialogue;
    }

    private async Task<(string StreamId, long Seq, string Text)> BeginAndLoseAsync(TestHost host, int heard)
    {
        await using var dialogue = await BeginAsync(host);
        return await HearTokensAsync(dialogue, heard);
    }

    private async Task<(string StreamId, long Seq, string Text)> HearTokensAsync(Dialogue dialogue, int count)
    {
        _tokens.Release(count);
        var text = string.Empty;
        while (true)
        {
            var payload = (await dialogue.HearAsync()).GetProperty("payload");
            text += Text(payload, "token");
            if (payload.GetProperty("numTokens").GetInt32() == count)
            {
                return (Text(payload, "streamId")!, payload.GetProperty("seq").GetInt64(), text);
            }
        }
    }

    private static async Task<(string Text, List<long> Seqs, JsonElement Final)> HearRestAsync(Dialogue dialogue)
    {
        var text = string.Empty;
        List<long> seqs = [];
        while (true)
        {
            var message = await dialogue.HearAsync();
            if (message.TryGetProperty("status", out _))
            {
                return (text, seqs, message);
            }

            var payload = message.GetProperty("payload");
            text += Text(payload, "token");
            seqs.Add(payload.GetProperty("seq").GetInt64());
        }
    }
}
