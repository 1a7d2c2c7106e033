using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>Conversations that a client keeps open with a model.</summary>
public sealed class SessionTests
{
    private static readonly object One = new { max_tokens = 1 };

    [Fact]
    public async Task A_session_remembers_what_was_said_and_is_computed_ahead()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();

        var made = await CreateAsync(port, "system: Be brief.");
        var appended = await PayloadAsync(port, "append_session", new { session_id = made.Text("sessionId"), messages = Messages("user: Read this.") });
        await port.AskRightAsync("generate", new { session_id = made.Text("sessionId"), settings = One });
        await port.AskRightAsync("chat_completions", new { sessionId = made.Text("sessionId"), messages = Messages("user: And now?"), settings = One });

        Assert.Equal((1, 2, 64), (made.GetProperty("messages").GetInt32(), made.GetProperty("tokens").GetInt32(), made.GetProperty("contextTokens").GetInt32()));
        Assert.Equal((2, 4, 3), (appended.GetProperty("messages").GetInt32(), appended.GetProperty("tokens").GetInt32(), appended.GetProperty("cachedTokens").GetInt32()));
        Assert.Equal([true, true, false, false], bed.Requests.Select(request => request.IsPromptOnly));
        Assert.Equal(["Be brief.", "Read this.", "word ", "And now?"], bed.Requests.Last().Messages.Select(message => message.Content));
    }

    [Fact]
    public async Task A_clone_and_a_rewound_session_go_on_by_themselves()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var id = (await CreateAsync(port, "user: One?")).Text("sessionId");
        await port.AskRightAsync("generate", new { session_id = id, settings = One });

        var clone = (await PayloadAsync(port, "clone_session", new { session_id = id })).Text("sessionId");
        var rewound = await PayloadAsync(port, "rewind_session", new { session_id = id, keep = 1 });
        await port.AskRightAsync("generate", new { session_id = clone, prompt = "Two?", settings = One });

        Assert.NotEqual(id, clone);
        Assert.Equal(1, rewound.GetProperty("messages").GetInt32());
        Assert.Equal(["One?", "word ", "Two?"], bed.Requests.Last().Messages.Select(message => message.Content));
        Assert.Equal([1, 4], (await PayloadAsync(port, "list_sessions")).GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("messages").GetInt32()));
        Assert.Equal("keep", (await port.AskAsync("rewind_session", new { session_id = id, keep = 2 })).GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task Another_callers_session_and_a_closed_one_are_not_found()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var other = await bed.OpenWithModelAsync(ChatBed.Two);
        var id = (await CreateAsync(port, "user: One?")).Text("sessionId");

        foreach (var action in (string[])["generate", "append_session", "clone_session", "close_session", "count_tokens"])
        {
            Assert.Equal("session_not_found", (await other.AskAsync(action, new { session_id = id, messages = Messages("user: x") })).Text("code"));
        }

        Assert.Empty((await PayloadAsync(other, "list_sessions")).GetProperty("sessions").EnumerateArray());
        await port.AskRightAsync("close_session", new { session_id = id });
        Assert.Equal("session_not_found", (await port.AskAsync("generate", new { session_id = id })).Text("code"));
        Assert.Equal("session_id", (await port.AskAsync("clone_session", new { })).GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task One_request_at_a_time_changes_a_session()
    {
        var (started, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var bed = new ChatBed(new ScriptedLoader
        {
            BeforeToken = _ =>
            {
                started.TrySetResult();
                return gate.Task;
            },
        });
        var port = await bed.OpenWithModelAsync();
        var id = (await CreateAsync(port, "user: One?")).Text("sessionId");

        await port.SayAsync($$"""{"action":"generate","requestId":"slow","events":false,"settings":{"max_tokens":1},"session_id":"{{id}}"}""");
        await started.Task.WaitAsync(Patience.Token);
        var busy = await port.AskAsync("generate", new { requestId = "second", session_id = id, prompt = "Two?" });
        gate.SetResult();
        var first = await port.HearFinalAsync();
        var after = await port.AskRightAsync("generate", new { session_id = id, prompt = "Two?", settings = One });

        Assert.Equal(("session_busy", "success"), (busy.Text("code"), first.Text("status")));
        Assert.Equal("word ", after.GetProperty("payload").Text("output"));
    }

    [Fact]
    public async Task A_stopped_or_failed_answer_leaves_the_session_free()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var id = (await PayloadAsync(port, "create_session", new { overflow = "stop" })).Text("sessionId");

        var empty = await port.AskAsync("generate", new { session_id = id });
        var tooLong = await port.AskAsync("generate", new { session_id = id, prompt = Words(70) });
        var right = await port.AskAsync("generate", new { session_id = id, prompt = "One?", settings = One });

        Assert.Equal(("messages", "context_full", "success"), (empty.GetProperty("details").Text("field"), tooLong.Text("code"), right.Text("status")));
        Assert.Single(bed.Requests.Last().Messages);
    }

    [Fact]
    public async Task The_oldest_is_dropped_where_the_context_is_full_and_the_system_message_stays()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var id = (await CreateAsync(port, "system: Be brief.", "user: " + Words(30), "assistant: a", "user: " + Words(25), "assistant: b")).Text("sessionId");

        var (overflows, answer) = await HearAsync(port, $$"""{"action":"generate","session_id":"{{id}}","settings":{"max_tokens":1},"prompt":"{{Words(10)}}"}""");

        Assert.Equal("success", answer.Text("status"));
        var overflow = Assert.Single(overflows);
        Assert.Equal((2, 4), (overflow.GetProperty("dropped").GetInt32(), overflow.GetProperty("kept").GetInt32()));
        Assert.Equal([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User], bed.Requests.Last().Messages.Select(message => message.Role));
        Assert.Equal(5, (await PayloadAsync(port, "clone_session", new { session_id = id })).GetProperty("messages").GetInt32());
    }

    [Fact]
    public async Task A_request_without_a_session_may_say_so_too_and_its_last_question_is_never_dropped()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();

        var (overflows, answer) = await HearAsync(port, $$"""
            {"action":"generate","overflow":"drop_oldest","settings":{"max_tokens":1},"messages":[{"role":"user","content":"{{Words(60)}}"},{"role":"user","content":"{{Words(60)}}"}]}
            """);
        var tooLong = await port.AskAsync("generate", new { overflow = "drop_oldest", messages = Messages("user: " + Words(70)) });
        var usual = await port.AskAsync("generate", new { messages = Messages("user: " + Words(40), "user: " + Words(40)) });
        var wrong = await port.AskAsync("generate", new { overflow = "forget", messages = Messages("user: a") });

        Assert.Equal(("success", 1), (answer.Text("status"), overflows.Count));
        Assert.Equal(("context_full", "context_full", "overflow"), (tooLong.Text("code"), usual.Text("code"), wrong.GetProperty("details").Text("field")));
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_model_reads_them()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var id = (await CreateAsync(port, "user: One two?")).Text("sessionId");

        var text = await PayloadAsync(port, "count_tokens", new { text = "one two three" });
        var more = await PayloadAsync(port, "measure_context", new { session_id = id, messages = Messages("user: four") });
        var nothing = await port.AskAsync("count_tokens", new { text = "" });

        Assert.Equal((3, 64, 61), (text.GetProperty("tokens").GetInt32(), text.GetProperty("contextTokens").GetInt32(), text.GetProperty("freeTokens").GetInt32()));
        Assert.Equal(3, more.GetProperty("tokens").GetInt32());
        Assert.Equal("text", nothing.GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task A_sessions_tools_are_those_of_its_answers()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        var id = (await PayloadAsync(port, "create_session", new { tools = new[] { new { type = "function", function = new { name = "weather" } } } })).Text("sessionId");

        var called = await PayloadAsync(port, "generate", new { session_id = id, prompt = "Warm?", tool_choice = "required" });

        Assert.Equal("weather", called.GetProperty("toolCalls")[0].GetProperty("function").Text("name"));
        Assert.Equal(Inference.Generation.ToolUse.Required, bed.Requests.Last().ToolUse);
        Assert.Equal("session_id", (await port.AskAsync("generate", new { session_id = id, regenerate = true })).GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task An_extension_cannot_open_any_number()
    {
        await using var bed = new ChatBed(new ScriptedLoader { MindsContext = true });
        var port = await bed.OpenWithModelAsync();
        for (var i = 0; i < NativeHost.Sessions.ChatSessions.MostOfOwner; i++)
        {
            await port.AskRightAsync("create_session", new { });
        }

        Assert.Equal("too_many_requests", (await port.AskAsync("create_session", new { })).Text("code"));
    }

    private static Task<JsonElement> CreateAsync(Dialogue port, params string[] messages) => PayloadAsync(port, "create_session", new { messages = Messages(messages) });

    private static async Task<JsonElement> PayloadAsync(Dialogue port, string action, object? fields = null) => (await port.AskRightAsync(action, fields)).GetProperty("payload");

    private static async Task<(List<JsonElement> Overflows, JsonElement Final)> HearAsync(Dialogue port, string request)
    {
        await port.SayAsync(request);
        var overflows = new List<JsonElement>();
        while (true)
        {
            var frame = await port.HearAsync();
            if (frame.TryGetProperty("status", out _))
            {
                return (overflows, frame);
            }

            if (frame.Text("type") == "contextOverflow")
            {
                overflows.Add(frame.GetProperty("payload"));
            }
        }
    }

    private static object[] Messages(params string[] messages)
        => [.. messages.Select(message => message.Split(": ", 2)).Select(parts => new { role = parts[0], content = parts[1] })];

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("w", count));
}
