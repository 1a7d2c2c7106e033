using System.Text.Json;
using NativeHost.Grants;
using NativeHost.Messages;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Conversations whose parts are missing, many or refused.</summary>
public sealed class UnusualConversationsTests : IAsyncDisposable
{
    private static readonly object Two = new { max_tokens = 2 };

    private readonly ChatBed _bed = new();

    [Fact]
    public async Task A_conversation_whose_head_has_not_come_is_shown_without_it()
    {
        var port = _bed.Open();
        await port.AskRightAsync("sync_push", new
        {
            conversations = new[] { new { id = "c", title = "t", head_id = "later", updated_at = 1_700_000_000_000 } },
            messages = new[] { new { message_id = "m", conversation_id = "c", role = "user", content = "q", created_at = 1_700_000_000_000 } },
        });

        Assert.Equal(["m"], (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).Texts("messages", "id"));
    }

    [Fact]
    public async Task A_question_behind_a_deleted_message_is_refused_and_not_stored()
    {
        var port = await _bed.OpenWithModelAsync();
        var first = (await port.AskRightAsync("generate", new { chat_id = "c", prompt = "One?", settings = Two })).GetProperty("payload");
        await port.AskRightAsync("generate", new { chat_id = "c", prompt = "Two?", settings = Two });

        var edited = (await port.AskRightAsync("generate", new { chat_id = "c", parent_id = first.Text("messageId"), prompt = "Other?", settings = Two })).GetProperty("payload");
        await port.AskRightAsync("delete_message", new { message_id = first.Text("messageId") });
        var refusal = await port.AskAsync("generate", new { chat_id = "c", parent_id = first.Text("messageId"), prompt = "Three?", settings = Two });

        Assert.Equal(2, edited.GetProperty("historyMessages").GetInt32());
        Assert.Equal("conversation_not_found", refusal.Text("code"));
        Assert.Equal(["One?", "Other?", "word word "], (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).Texts("messages", "content"));
    }

    [Fact]
    public async Task An_answer_to_be_made_again_that_nobody_can_read_now_says_why()
    {
        using var other = _bed.Occupy();
        var port = await _bed.OpenWithModelAsync();

        Assert.Equal("database_busy", (await port.AskAsync("generate", new { chat_id = "c", regenerate = true, settings = Two })).Text("code"));
    }

    [Fact]
    public async Task Of_many_siblings_the_nearest_are_named_and_all_are_counted()
    {
        var port = _bed.Open();
        await port.AskRightAsync("create_conversation", new { conversation_id = "c" });
        await port.AskRightAsync("sync_push", new
        {
            messages = Enumerable.Range(0, 150)
                .Select(number => new { message_id = $"m{number}", conversation_id = "c", role = "user", content = "q", parent_id = "", created_at = 1_700_000_000_000 + number }),
        });

        var shown = (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("messages")[0];
        var first = (await port.AskRightAsync("get_message", new { message_id = "m0" })).GetProperty("stored_message");
        var middle = (await port.AskRightAsync("get_message", new { message_id = "m75" })).GetProperty("stored_message");

        foreach (var (message, from) in new[] { (shown, 50), (first, 0), (middle, 25) })
        {
            Assert.Equal(150, message.GetProperty("sibling_count").GetInt32());
            Assert.Equal(Enumerable.Range(from, 100).Select(number => $"m{number}"), message.GetProperty("sibling_ids").EnumerateArray().Select(id => id.GetString()));
        }
    }

    [Fact]
    public async Task What_is_added_is_named_also_where_the_rest_of_it_is_too_long_for_an_answer()
    {
        var port = _bed.Open();
        var (word, id) = (new string('\u4e16', 500), new string('i', 250));

        var added = await port.AskRightAsync("add_messages", new
        {
            conversation_id = id,
            create = true,
            messages = Enumerable.Range(0, 200).Select(number => new { message_id = id + number, role = word, content = "x", model = word, stop_reason = word }),
        });

        Assert.Equal(Enumerable.Range(0, 200).Select(number => id + number), added.Texts("messages", "id"));
    }

    [Fact]
    public async Task Messages_of_a_refused_conversation_are_refused_with_it()
    {
        var port = _bed.Open();
        var messages = new[] { new { role = "user", content = "hello" } };

        foreach (var conversation in new object[]
        {
            new { id = "c", title = new string('t', 3000), messages },
            new { id = "c", user_id = new string('u', 300), messages },
            new { id = "c", created_at = "9999-12-31T23:59:59.9999999Z", messages = messages.Concat(messages) },
        })
        {
            var imported = await port.AskRightAsync("import_conversations", new { conversations = new[] { conversation, new { id = "d", messages } } });
            Assert.Equal(1, imported.GetProperty("conversations").GetProperty("refused").GetInt32());
            Assert.InRange(imported.GetProperty("messages").GetProperty("refused").GetInt32(), 1, 2);
            Assert.Equal("Its conversation was refused.", imported.GetProperty("refused").EnumerateArray().Single(record => record.Text("id") == "c_0").Text("reason"));
        }

        await port.AskRightAsync("create_conversation", new { conversation_id = "c" });
        Assert.Empty((await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).Texts("messages", "id"));
        Assert.Equal(["hello"], (await port.AskRightAsync("get_conversation", new { conversation_id = "d" })).Texts("messages", "content"));
    }

    [Fact]
    public async Task Messages_of_an_old_chat_that_cannot_be_read_are_shown()
    {
        var port = _bed.Open();

        await port.AskRightAsync("import_conversations", new
        {
            nodes = new object[]
            {
                new { type = "Chat", id = "d", title = "ok", metadata = new { big = new string('m', 20_000) } },
                new { type = "Message", id = "m", chat_id = "d", sender = "user", text_content = "hello", timestamp = 1_700_000_000_000 },
            },
        });

        Assert.Equal(["hello"], (await port.AskRightAsync("get_conversation", new { conversation_id = "d" })).Texts("messages", "content"));
    }

    [Fact]
    public async Task Nodes_of_more_types_than_an_answer_tells_apart_are_counted_together()
    {
        var leftOut = (await _bed.Open().AskRightAsync("import_conversations", new { nodes = Enumerable.Range(0, 150).Select(number => new { type = $"T{number}" }) })).GetProperty("left_out");

        Assert.Equal((101, 50), (leftOut.EnumerateObject().Count(), leftOut.GetProperty("other").GetInt32()));
    }

    [Fact]
    public async Task A_later_client_reads_back_page_by_page()
    {
        var port = _bed.Open();
        await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = Enumerable.Range(0, 5).Select(number => new { message_id = $"m{number}", role = "user", content = "x" }) });

        var ids = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            await port.SayAsync($$$"""{"route":"get_history","request_id":"1","payload":{"session_id":"c","limit":2,"cursor":"{{{cursor}}}"}}""");
            var page = (await port.HearAsync()).GetProperty("data");
            ids.InsertRange(0, page.Texts("messages", "id"));
            cursor = page.Text("next_cursor");
            Assert.InRange(ids.Count, 1, 5);
        }

        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], ids);
    }

    [Fact]
    public async Task A_purge_of_all_takes_what_a_clock_ahead_has_written()
    {
        var port = _bed.Open();
        await port.AskRightAsync("sync_push", new { conversations = new[] { new { id = "c", title = "t", updated_at = 4_102_444_800_000 } } });

        var purged = await port.AskRightAsync("purge", new { older_than_days = 0 });

        Assert.Equal(1, purged.GetProperty("conversations").GetInt32());
        Assert.Empty((await port.AskRightAsync("list_conversations", new { })).Texts("conversations", "id"));
    }

    [Fact]
    public async Task Reasoning_of_any_length_is_exported_and_imported()
    {
        var (port, other) = (_bed.Open(), _bed.Open(ChatBed.Two));
        var (content, reasoning) = (new string('a', 20_000), string.Concat(Enumerable.Repeat("\"€\n", 60_000)));
        await port.AskRightAsync("add_messages", new
        {
            conversation_id = "c",
            create = true,
            messages = new[] { new { role = "assistant", content, reasoning = "because" }, new { role = "assistant", content = "b", reasoning }, new { role = "user", content, reasoning = "" } },
        });
        var file = new System.Text.StringBuilder();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await port.AskRightAsync("export_conversations", new { cursor });
            file.Append(page.Text("text"));
            cursor = page.Text("next_cursor");
        }

        var exported = JsonElement.Parse(file.ToString());
        await other.AskRightAsync("import_conversations", new { text = file.ToString() });

        Assert.Equal(["because", reasoning, ""], exported.Texts("messages", "reasoning"));
        Assert.Equal([content, "b", content], exported.Texts("messages", "content"));
        var ids = exported.Texts("messages", "id");
        var imported = (await other.AskRightAsync("get_message", new { message_id = ids[0], part = "reasoning" })).GetProperty("stored_message");
        Assert.Equal("because", imported.Text("reasoning"));
        Assert.Equal(
            System.Text.Encoding.UTF8.GetByteCount(reasoning),
            (await other.AskRightAsync("get_message", new { message_id = ids[1], part = "reasoning" })).GetProperty("total_bytes").GetInt32());
    }

    [Fact]
    public async Task What_concerns_all_conversations_is_told_to_the_user_and_with_a_grant()
    {
        string[] fields = ["file_bytes", "journal_bytes", "folder", "interrupted"];
        var port = _bed.Open();

        var before = await port.AskRightAsync("storage_report");
        var local = await _bed.Open(Caller.Local).AskRightAsync("storage_report");
        await _bed.Grants.GiveAsync(ChatBed.One.Origin, GrantKind.AllConversations, Patience.Token);
        var after = await port.AskRightAsync("storage_report");

        foreach (var field in fields)
        {
            Assert.False(before.TryGetProperty(field, out _));
            Assert.True(local.TryGetProperty(field, out _) && after.TryGetProperty(field, out _));
        }
    }

    [Theory]
    [InlineData("""{"role":"user","content":"x","parent_id":"nowhere"}""")]
    [InlineData("""{"role":"user","content":"x","message_id":"taken"}""")]
    public async Task A_conversation_is_begun_with_its_messages_or_not_at_all(string message)
    {
        var port = _bed.Open();
        await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { role = "user", content = "x", message_id = "taken" } } });

        var refusal = await port.AskAsync("add_messages", new { conversation_id = "new", create = true, messages = new[] { JsonElement.Parse(message) } });

        Assert.Equal("error", refusal.Text("status"));
        Assert.Equal(["c"], (await port.AskRightAsync("list_conversations", new { })).Texts("conversations", "id"));
        await port.AskRightAsync("add_messages", new { conversation_id = "new", create = true, messages = new[] { new { role = "user", content = "x" } } });
        Assert.Equal(["x"], (await port.AskRightAsync("get_conversation", new { conversation_id = "new" })).Texts("messages", "content"));
    }

    [Fact]
    public async Task A_deletion_before_a_new_life_travels()
    {
        var (port, other) = (_bed.Open(), _bed.Open(ChatBed.Two));
        await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { role = "user", content = "old" } } });
        await PassOnAsync();
        await port.AskRightAsync("delete_conversation", new { conversation_id = "c" });
        await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { role = "user", content = "new" } } });
        await PassOnAsync();

        Assert.Equal(["new"], (await other.AskRightAsync("get_conversation", new { conversation_id = "c" })).Texts("messages", "content"));

        async Task PassOnAsync()
        {
            var page = await port.AskRightAsync("sync_pull", new { });
            await other.AskRightAsync("sync_push", new { conversations = page.GetProperty("conversations"), messages = page.GetProperty("messages") });
        }
    }

    [Fact]
    public async Task An_export_brings_back_what_was_deleted()
    {
        var port = _bed.Open();
        await port.AskRightAsync("create_conversation", new { conversation_id = "c", title = "Precious", is_starred = true });
        await port.AskRightAsync("add_messages", new { conversation_id = "c", messages = new[] { new { role = "user", content = "one" }, new { role = "assistant", content = "two" } } });
        var text = (await port.AskRightAsync("export_conversations", new { })).Text("text");
        await port.AskRightAsync("delete_conversation", new { conversation_id = "c" });

        var imported = await port.AskRightAsync("import_conversations", new { text });
        var again = await port.AskRightAsync("import_conversations", new { text });

        Assert.Equal((1, 2), (imported.GetProperty("conversations").GetProperty("created").GetInt32(), imported.GetProperty("messages").GetProperty("created").GetInt32()));
        Assert.Equal((0, 0), (again.GetProperty("conversations").GetProperty("synced").GetInt32(), again.GetProperty("messages").GetProperty("synced").GetInt32()));
        var shown = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        Assert.Equal(["one", "two"], shown.Texts("messages", "content"));
        Assert.Equal(("Precious", true), (shown.GetProperty("conversation").Text("title"), shown.GetProperty("conversation").GetProperty("is_starred").GetBoolean()));
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();
}
