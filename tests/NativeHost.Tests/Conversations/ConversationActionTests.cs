using System.Text;
using NativeHost.Framing;
using NativeHost.Grants;
using NativeHost.Storage.Retention;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Dialogues about conversations: pages, branches, owners, and what nobody should send.</summary>
public sealed class ConversationActionTests : IAsyncDisposable
{
    private readonly ChatBed _bed = new();

    [Fact]
    public async Task A_conversation_longer_than_a_frame_comes_in_pages_from_either_end()
    {
        var port = await WithMessagesAsync(60, new string('ä', 20_000));

        foreach (var from in new[] { "start", "end" })
        {
            var ids = new List<string>();
            string? cursor = null;
            do
            {
                var page = await port.AskRightAsync("get_conversation", new { conversation_id = "c", from, cursor = cursor ?? "" });
                Assert.InRange(Encoding.UTF8.GetByteCount(page.GetRawText()), 1, FrameLimits.MaxOutboundBytes);
                ids.InsertRange(from == "start" ? ids.Count : 0, page.Texts("messages", "id"));
                cursor = page.Text("next_cursor");
            }
            while (cursor is not null);
            Assert.Equal(Enumerable.Range(0, 60).Select(number => $"m{number}"), ids);
        }
    }

    [Fact]
    public async Task A_page_of_another_branch_goes_on_where_the_first_one_was()
    {
        var port = await WithMessagesAsync(3, "x");
        var first = await port.AskRightAsync("get_conversation", new { conversation_id = "c", limit = 1 });
        await port.AskRightAsync("add_messages", new { conversation_id = "c", messages = new[] { new { message_id = "edit", role = "user", content = "y", replaces = "m1" } } });

        var second = await port.AskRightAsync("get_conversation", new { conversation_id = "c", cursor = first.Text("next_cursor") });
        var shown = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        await port.AskRightAsync("select_branch", new { conversation_id = "c", message_id = "m1" });
        var old = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });

        Assert.Equal(["m1", "m2"], second.Texts("messages", "id"));
        Assert.Equal(["m0", "edit"], shown.Texts("messages", "id"));
        Assert.Equal(["m0", "m1", "m2"], old.Texts("messages", "id"));
    }

    [Fact]
    public async Task A_text_of_ten_megabytes_comes_in_pieces()
    {
        var port = _bed.Open();
        var text = string.Concat(Enumerable.Repeat("Zeile €\n\u0001", 1_000_000));
        var added = await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { message_id = "m", role = "user", content = text } } });
        var bytes = Encoding.UTF8.GetByteCount(text);
        Assert.Equal(bytes, added.GetProperty("messages")[0].GetProperty("content_bytes").GetInt64());
        Assert.Equal(bytes, (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("messages")[0].GetProperty("content_bytes").GetInt64());

        var read = new StringBuilder();
        for (long? from = 0; from is not null;)
        {
            var piece = await port.AskRightAsync("get_message", new { message_id = "m", from_byte = from.Value });
            read.Append(piece.GetProperty("stored_message").Text("content"));
            Assert.Equal(bytes, piece.GetProperty("total_bytes").GetInt64());
            from = piece.TryGetProperty("next_byte", out var next) ? next.GetInt64() : null;
        }

        Assert.True(text == read.ToString());
    }

    [Fact]
    public async Task A_list_with_much_beside_its_titles_fits_into_frames()
    {
        var port = _bed.Open();
        for (var number = 0; number < 80; number++)
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{number}", title = new string('t', 2000), metadata = new { m = new string('"', 7000) } });
        }

        foreach (var user in new[] { "", "anna" })
        {
            var ids = new List<string>();
            string? cursor = null;
            do
            {
                var page = await port.AskRightAsync("list_conversations", new { limit = 1000, cursor = cursor ?? "", user_id = user });
                ids.AddRange(page.Texts("conversations", "id"));
                Assert.Equal(user.Length == 0 ? 80 : 0, page.GetProperty("total").GetInt32());
                cursor = page.Text("next_cursor");
            }
            while (cursor is not null);
            Assert.Equal(user.Length == 0 ? 80 : 0, ids.Distinct().Count());
        }
    }

    [Fact]
    public async Task Users_of_an_extension_are_listed_apart_and_kept_with_other_metadata()
    {
        var port = _bed.Open();
        for (var number = 0; number < 5; number++)
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{number}", user_id = number % 2 == 0 ? "anna" : "bert" });
        }

        await port.AskRightAsync("update_conversation", new { conversation_id = "c0", metadata = new { k = 1 } });

        var first = await port.AskRightAsync("list_conversations", new { user_id = "anna", limit = 2 });
        var rest = await port.AskRightAsync("list_conversations", new { user_id = "anna", limit = 2, cursor = first.Text("next_cursor") });
        Assert.Equal(["c0", "c2", "c4"], first.Texts("conversations", "id").Concat(rest.Texts("conversations", "id")).Order(StringComparer.Ordinal));
        Assert.Equal((2, 3), (first.GetProperty("conversations").GetArrayLength(), rest.GetProperty("total").GetInt32()));
        var changed = (await port.AskRightAsync("get_conversation", new { conversation_id = "c0" })).GetProperty("conversation");
        Assert.Equal((1, "anna"), (changed.GetProperty("metadata").GetProperty("k").GetInt32(), changed.Text("user_id")));
        Assert.Equal(["anna", "anna"], first.Texts("conversations", "user_id"));
    }

    [Fact]
    public async Task To_others_a_conversation_is_not_there()
    {
        await WithMessagesAsync(2, "secret");
        foreach (var port in new[] { _bed.Open(ChatBed.Two), _bed.Open(ChatBed.One.Within("other profile")) })
        {
            foreach (var (action, fields) in new (string, object)[]
            {
                ("get_conversation", new { conversation_id = "c" }),
                ("rename_conversation", new { conversation_id = "c", title = "x" }),
                ("update_conversation", new { conversation_id = "c", is_starred = true }),
                ("select_branch", new { conversation_id = "c", message_id = "m0" }),
                ("add_messages", new { conversation_id = "c", messages = new[] { new { role = "user", content = "x" } } }),
                ("get_message", new { message_id = "m0" }),
                ("export_conversations", new { conversation_id = "c" }),
            })
            {
                Assert.Equal("conversation_not_found", (await port.AskAsync(action, fields)).Text("code"));
            }

            Assert.False((await port.AskRightAsync("delete_conversation", new { conversation_id = "c" })).GetProperty("deleted").GetBoolean());
            Assert.False((await port.AskRightAsync("delete_message", new { message_id = "m0" })).GetProperty("deleted").GetBoolean());
            Assert.Equal(0, (await port.AskRightAsync("list_conversations", new { })).GetProperty("total").GetInt32());
            Assert.Empty((await port.AskRightAsync("sync_pull", new { })).GetProperty("messages").EnumerateArray());
            Assert.Equal("", (await port.AskRightAsync("export_conversations", new { })).Text("text"));
            Assert.Empty((await port.AskRightAsync("storage_report", new { })).GetProperty("owners").EnumerateArray());
            Assert.Equal(0, (await port.AskRightAsync("purge", new { older_than_days = 0, include_starred = true })).GetProperty("conversations").GetInt32());
        }

        Assert.Equal(2, (await _bed.Open().AskRightAsync("get_conversation", new { conversation_id = "c" })).GetProperty("message_count").GetInt32());
    }

    [Fact]
    public async Task Others_conversations_need_a_grant_also_where_a_cursor_names_them()
    {
        await WithMessagesAsync(40, new string('s', 20_000));
        var port = _bed.Open(ChatBed.Two);
        foreach (var action in new[] { "list_conversations", "sync_pull", "export_conversations", "storage_report" })
        {
            var refusal = await port.AskAsync(action, new { origin = "*" });
            Assert.Equal("grant_required", refusal.Text("code"));
            Assert.Equal("all_conversations", refusal.GetProperty("details").Text("grant"));
        }

        await _bed.Grants.GiveAsync(ChatBed.Two.Origin, GrantKind.AllConversations, Patience.Token);
        var listed = await port.AskRightAsync("list_conversations", new { origin = "*" });
        var renamed = await port.AskRightAsync("rename_conversation", new { conversation_id = "c", title = "by another", origin = ChatBed.One.Origin });
        var cursor = (await port.AskRightAsync("export_conversations", new { origin = "*" })).Text("next_cursor");
        await _bed.Grants.RevokeAsync(ChatBed.Two.Origin, null, Patience.Token);

        Assert.Equal(ChatBed.One.Origin, listed.GetProperty("conversations")[0].Text("origin"));
        Assert.Equal("by another", renamed.GetProperty("conversation").Text("title"));
        Assert.Equal("invalid_request", (await port.AskAsync("export_conversations", new { cursor })).Text("code"));
        Assert.Equal("grant_required", (await port.AskAsync("list_conversations", new { origin = "*" })).Text("code"));
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused_and_the_rest_goes_on()
    {
        var port = await WithMessagesAsync(1, "x");
        foreach (var fields in new object[]
        {
            new { title = new string('t', 1_000_000) },
            new { conversation_id = new string('i', 257) },
            new { conversation_id = "a\nb" },
            new { topic = new string('t', 501) },
            new { metadata = new { m = new string('m', 20_000) } },
            new { metadata = 5 },
            new { settings = new[] { 1 } },
            new { user_id = new string('u', 300) },
        })
        {
            var refusal = await port.AskAsync("create_conversation", fields);
            Assert.True(refusal.Text("code") == "invalid_request", refusal.GetRawText());
        }

        var deep = new string('[', 100) + new string(']', 100);
        Assert.Equal("invalid_request", (await port.AskAsync($$$"""{"action":"create_conversation","metadata":{"m":{{{deep}}}}}""")).Text("code"));
        Assert.Equal("invalid_request", (await port.AskAsync("""{"action":"create_conversation","metadata":{"m":"\ud800"}}""")).Text("code"));
        Assert.Equal("invalid_request", (await port.AskAsync("""{"action":"create_conversation","title":"\ud800"}""")).Text("code"));
        foreach (var message in new object[]
        {
            new { content = "x" },
            new { role = "user" },
            new { role = "user", content = 5 },
            new { role = "user", content = "x", parent_id = "m9" },
            new { role = "user", content = "x", replaces = "m9" },
            new { role = "user", content = "x", created_at = "never" },
            new { role = "user", content = "x", created_at = -1 },
            new { role = "user", content = new object[] { new { type = "image_url", image_url = "x" } } },
            new { role = "user", content = "x", attachments = new { } },
        })
        {
            var refusal = await port.AskAsync("add_messages", new { conversation_id = "c", messages = new[] { message } });
            Assert.True(refusal.Text("code") is "invalid_request" or "conversation_not_found", refusal.GetRawText());
        }

        Assert.Equal("invalid_request", (await port.AskAsync("add_messages", new { conversation_id = "c", messages = Enumerable.Repeat(new { role = "user", content = "x" }, 201) })).Text("code"));
        Assert.Equal("invalid_request", (await port.AskAsync("get_conversation", new { conversation_id = "c", cursor = "AAAA" })).Text("code"));
        Assert.Equal("conversation_not_found", (await port.AskAsync("get_conversation", new { conversation_id = new string('i', 1_000_000) })).Text("code"));
        Assert.Equal("conversation_not_found", (await port.AskAsync("get_message", new { message_id = new string('i', 1_000_000) })).Text("code"));
        Assert.Equal(["m0"], (await port.AskRightAsync("get_conversation", new { conversation_id = "c" })).Texts("messages", "id"));
    }

    [Fact]
    public async Task Content_may_be_a_list_of_texts()
    {
        var port = _bed.Open();
        var parts = new[] { new { type = "text", text = "a" }, new { type = "text", text = "b" } };

        var added = await port.AskRightAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { role = "user", content = parts } } });

        Assert.Equal(["ab"], added.Texts("messages", "content"));
    }

    [Fact]
    public async Task A_full_quota_is_told()
    {
        await using var bed = new ChatBed(limits: _ => new RetentionLimits(MaxBytes: 100));

        var refusal = await bed.Open().AskAsync("add_messages", new { conversation_id = "c", create = true, messages = new[] { new { role = "user", content = new string('x', 200) } } });

        Assert.Equal("quota_exceeded", refusal.Text("code"));
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private async Task<Dialogue> WithMessagesAsync(int count, string text)
    {
        var port = _bed.Open();
        foreach (var step in Enumerable.Range(0, count).Chunk(20))
        {
            await port.AskRightAsync("add_messages", new
            {
                conversation_id = "c",
                create = true,
                messages = step.Select(number => new { message_id = $"m{number}", role = number % 2 == 0 ? "user" : "assistant", content = text }),
            });
        }

        return port;
    }
}
