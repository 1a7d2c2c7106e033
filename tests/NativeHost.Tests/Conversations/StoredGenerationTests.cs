using System.Text.Json;
using NativeHost.Storage.Retention;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>What generations leave in conversations, and what they read of them.</summary>
public sealed class StoredGenerationTests
{
    private static readonly object Two = new { max_tokens = 2 };

    [Fact]
    public async Task Question_and_answer_are_stored_with_what_is_known_of_them()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var answer = (await port.AskRightAsync("generate", new { chat_id = "c", messages = Messages("system: Be brief.", "user: Do cats sleep?"), settings = Two })).GetProperty("payload");
        var stored = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });

        Assert.True(answer.GetProperty("stored").GetBoolean());
        Assert.Equal("c", answer.Text("conversationId"));
        Assert.Equal("Do cats sleep?", stored.GetProperty("conversation").Text("title"));
        Assert.Equal(["system", "user", "assistant"], stored.Texts("messages", "role"));
        Assert.Equal(["Be brief.", "Do cats sleep?", "word word "], stored.Texts("messages", "content"));
        var (asked, said) = (stored.GetProperty("messages")[1], stored.GetProperty("messages")[2]);
        Assert.Equal((answer.Text("userMessageId"), answer.Text("messageId")), (asked.Text("id"), said.Text("id")));
        Assert.Equal(("complete", "max_tokens", "/a.gguf", asked.Text("id")), (said.Text("status"), said.Text("stop_reason"), said.Text("model"), said.Text("parent_id")));
        Assert.Equal((3, 2), (said.GetProperty("prompt_tokens").GetInt32(), said.GetProperty("output_tokens").GetInt32()));
        Assert.Equal(2, said.GetProperty("settings").GetProperty("max_tokens").GetInt32());
        Assert.Equal(9, said.GetProperty("timings").GetProperty("decode_ms").GetDouble());
    }

    [Theory]
    [InlineData("chat_id")]
    [InlineData("chatId")]
    [InlineData("conversation_id")]
    [InlineData("conversationId")]
    public async Task What_is_stored_comes_before_a_prompt_without_messages(string name)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var first = await port.AskRightAsync("generate", new Dictionary<string, object> { [name] = "c", ["prompt"] = "One?", ["settings"] = Two });
        var second = await port.AskRightAsync("generate", new Dictionary<string, object> { [name] = "c", ["prompt"] = "Two?", ["settings"] = Two });
        var stored = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });

        Assert.Equal((0, 2), (first.GetProperty("payload").GetProperty("historyMessages").GetInt32(), second.GetProperty("payload").GetProperty("historyMessages").GetInt32()));
        Assert.Equal(["One?", "word word ", "Two?", "word word "], stored.Texts("messages", "content"));
    }

    [Fact]
    public async Task An_edit_and_another_answer_begin_branches_and_keep_the_old_ones()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        var first = (await port.AskRightAsync("generate", new { chat_id = "c", prompt = "One?", settings = Two })).GetProperty("payload");

        var again = (await port.AskRightAsync("generate", new { chat_id = "c", regenerate = true, settings = Two })).GetProperty("payload");
        var edited = (await port.AskRightAsync("generate", new { chat_id = "c", parent_id = "", prompt = "Other?", settings = Two })).GetProperty("payload");
        var old = (await port.AskRightAsync("generate", new { chat_id = "c", regenerate = true, parent_id = first.Text("messageId"), settings = Two })).GetProperty("payload");

        Assert.Equal(first.Text("userMessageId"), again.Text("userMessageId"));
        Assert.Equal(first.Text("userMessageId"), old.Text("userMessageId"));
        Assert.Equal(1, again.GetProperty("historyMessages").GetInt32());
        var shown = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        Assert.Equal(["One?", "word word "], shown.Texts("messages", "content"));
        Assert.Equal(
            [first.Text("messageId"), again.Text("messageId"), old.Text("messageId")],
            shown.GetProperty("messages")[1].GetProperty("sibling_ids").EnumerateArray().Select(id => id.GetString()));
        var branch = await port.AskRightAsync("get_conversation", new { conversation_id = "c", head_id = edited.Text("userMessageId") });
        Assert.Equal(["Other?", "word word "], branch.Texts("messages", "content"));
        Assert.Equal(6, shown.GetProperty("conversation").GetProperty("message_count").GetInt32());
    }

    [Theory]
    [InlineData(int.MaxValue, "success")]
    [InlineData(1, "error")]
    public async Task A_store_that_fails_at_the_end_in_a_way_nobody_foresaw_costs_no_final_frame(int failsAt, string status)
    {
        var time = new FailingTime();
        await using var bed = new ChatBed(
            new ScriptedLoader
            {
                BeforeToken = count =>
                {
                    time.Fails = true;
                    return count == failsAt ? throw new InvalidOperationException("The engine fails too.") : Task.CompletedTask;
                },
            },
            storeTime: time);
        var port = await bed.OpenWithModelAsync();

        var answer = await port.AskAsync("generate", new { chat_id = "c", prompt = "One?", settings = Two });
        time.Fails = false;
        var next = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });

        Assert.Equal(status, answer.Text("status"));
        Assert.Equal("One?", next.Texts("messages", "content")[0]);
        if (status == "success")
        {
            var payload = answer.GetProperty("payload");
            Assert.Equal((false, "internal", "word word "), (payload.GetProperty("stored").GetBoolean(), payload.Text("reason"), payload.Text("output")));
        }
    }

    [Fact]
    public async Task Without_a_chat_id_or_with_store_false_the_disk_is_left_alone()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var unnamed = (await port.AskRightAsync("generate", new { messages = Messages("user: x"), settings = Two })).GetProperty("payload");
        var unwanted = (await port.AskRightAsync("generate", new { chat_id = "c", store = false, messages = Messages("user: x"), settings = Two })).GetProperty("payload");
        var unread = await port.AskAsync("generate", new { chat_id = "c", store = false, prompt = "x" });

        Assert.False(unnamed.TryGetProperty("stored", out _));
        Assert.Equal((false, "store_false"), (unwanted.GetProperty("stored").GetBoolean(), unwanted.Text("reason")));
        Assert.Equal("invalid_request", unread.Text("code"));
        Assert.False(Directory.Exists(bed.Folder));
    }

    [Fact]
    public async Task The_user_can_have_all_of_it_stored_as_the_old_host_meant()
    {
        await using var bed = new ChatBed(storesUnnamed: true);
        var port = await bed.OpenWithModelAsync();

        await port.AskRightAsync("generate", new { prompt = "Once upon", settings = Two });
        var second = await port.AskRightAsync("generate", new { prompt = "a time", settings = Two });

        var stored = await port.AskRightAsync("get_conversation", new { conversation_id = "default" });
        Assert.Equal(["Once upon", "word word ", "a time", "word word "], stored.Texts("messages", "content"));
        Assert.False(second.GetProperty("payload").TryGetProperty("historyMessages", out _));
    }

    [Fact]
    public async Task A_store_that_another_process_has_costs_no_answer()
    {
        await using var bed = new ChatBed();
        using var other = bed.Occupy();
        var port = await bed.OpenWithModelAsync();

        var answer = (await port.AskRightAsync("generate", new { chat_id = "c", prompt = "x", settings = Two })).GetProperty("payload");
        var refusal = await port.AskAsync("list_conversations", new { });

        Assert.Equal(("word word ", false, "database_busy"), (answer.Text("output"), answer.GetProperty("stored").GetBoolean(), answer.Text("reason")));
        Assert.Equal("database_busy", refusal.Text("code"));
        Assert.Contains("tabagent stop", refusal.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_quota_costs_no_answer()
    {
        await using var bed = new ChatBed(limits: _ => new RetentionLimits(MaxBytes: 10));
        var port = await bed.OpenWithModelAsync();

        var answer = (await port.AskRightAsync("generate", new { chat_id = "c", prompt = "longer than ten bytes", settings = Two })).GetProperty("payload");

        Assert.Equal(("word word ", "quota_exceeded"), (answer.Text("output"), answer.Text("reason")));
    }

    [Fact]
    public async Task What_is_stopped_is_interrupted_and_has_what_was_made()
    {
        var made = new TaskCompletionSource();
        await using var bed = new ChatBed(new ScriptedLoader { BeforeToken = count => count == 3 ? Held(made) : Task.CompletedTask });
        var port = await bed.OpenWithModelAsync();
        await port.SayAsync("""{"action":"generate","chat_id":"c","prompt":"x","id":"g"}""");
        await made.Task.WaitAsync(Patience.Token);

        await port.SayAsync("""{"action":"stop_generation","id":"s"}""");
        var (one, other) = (await port.HearFinalAsync(), await port.HearFinalAsync());

        var final = one.Text("requestId") == "g" ? one : other;
        var message = (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("messages")[1];
        Assert.True(final.GetProperty("payload").GetProperty("stored").GetBoolean());
        Assert.Equal(("interrupted", "stopped", "word word word "), (message.Text("status"), message.Text("stop_reason"), message.Text("content")));

        static Task Held(TaskCompletionSource made)
        {
            made.TrySetResult();
            return new TaskCompletionSource().Task;
        }
    }

    [Fact]
    public async Task What_fails_has_what_was_made_and_a_second_try_stores_the_question_once()
    {
        var isBroken = true;
        await using var bed = new ChatBed(new ScriptedLoader { BeforeAll = _ => isBroken ? Task.FromException(new IOException("x")) : Task.CompletedTask });
        var port = await bed.OpenWithModelAsync();

        Assert.Equal("error", (await port.AskAsync("generate", new { chat_id = "c", prompt = "One?", settings = Two })).Text("status"));
        var failed = (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("messages")[1];
        isBroken = false;
        await port.AskRightAsync("generate", new { chat_id = "c", prompt = "One?", settings = Two });

        Assert.Equal(("failed", "model_unreadable"), (failed.Text("status"), failed.GetProperty("metadata").Text("error")));
        var shown = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        Assert.Equal(["One?", "word word "], shown.Texts("messages", "content"));
        Assert.Equal(3, shown.GetProperty("conversation").GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task A_stream_whose_port_is_lost_is_stored_to_its_end()
    {
        var gate = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var bed = new ChatBed(
            new ScriptedLoader { BeforeToken = count => count == 1 ? Waiting() : Task.CompletedTask }, grace: TimeSpan.FromMinutes(1));
        var lost = await bed.OpenWithModelAsync();
        await lost.SayAsync("""{"action":"generate","chat_id":"c","prompt":"x","settings":{"max_tokens":3}}""");
        await begun.Task.WaitAsync(Patience.Token);
        await lost.HangUpAsync();
        await lost.Session;

        gate.SetResult();

        var port = bed.Open();
        while (true)
        {
            var message = (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("messages")[1];
            if (message.Text("status") != "streaming")
            {
                Assert.Equal(("complete", "word word word "), (message.Text("status"), message.Text("content")));
                break;
            }

            Patience.Token.ThrowIfCancellationRequested();
        }

        Task Waiting()
        {
            begun.TrySetResult();
            return gate.Task;
        }
    }

    [Theory]
    [InlineData("""{"chat_id":"c"}""", "invalid_request")]
    [InlineData("""{"chat_id":"c","regenerate":true}""", "invalid_request")]
    [InlineData("""{"chat_id":"c","prompt":"x","parent_id":"m"}""", "conversation_not_found")]
    [InlineData("""{"regenerate":true,"prompt":"x"}""", "invalid_request")]
    [InlineData("""{"parent_id":"m","prompt":"x"}""", "invalid_request")]
    [InlineData("""{"chat_id":5,"prompt":"x"}""", "invalid_request")]
    public async Task What_cannot_be_meant_is_refused(string request, string code)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        Assert.Equal(code, (await port.AskAsync("generate", JsonElement.Parse(request))).Text("code"));
        Assert.Equal("invalid_request", (await port.AskAsync("generate", new { chat_id = new string('i', 300), prompt = "x" })).Text("code"));
    }

    [Fact]
    public async Task The_same_id_of_another_caller_is_another_conversation()
    {
        await using var bed = new ChatBed();
        var (one, two) = (await bed.OpenWithModelAsync(ChatBed.One), await bed.OpenWithModelAsync(ChatBed.Two));
        await one.AskRightAsync("generate", new { chat_id = "c", prompt = "secret", settings = Two });

        var answer = await two.AskRightAsync("generate", new { chat_id = "c", prompt = "x", settings = Two });

        Assert.Equal(0, answer.GetProperty("payload").GetProperty("historyMessages").GetInt32());
        Assert.DoesNotContain("secret", (await two.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetRawText(), StringComparison.Ordinal);
    }

    private static object[] Messages(params string[] texts)
        => [.. texts.Select(text => text.Split(": ", 2)).Select(parts => new { role = parts[0], content = parts[1] })];

    /// <summary>A clock that a test breaks, and with it whatever stores something.</summary>
    private sealed class FailingTime : TimeProvider
    {
        public bool Fails { get; set; }

        public override DateTimeOffset GetUtcNow() => Fails ? throw new InvalidOperationException("The store fails.") : base.GetUtcNow();
    }
}
