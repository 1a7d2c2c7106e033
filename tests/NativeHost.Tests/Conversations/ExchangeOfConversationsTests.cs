using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Conversations that go from one place to another: devices, files, the old host.</summary>
public sealed class ExchangeOfConversationsTests : IAsyncDisposable
{
    private readonly ChatBed _bed = new();

    [Fact]
    public async Task Records_in_any_order_and_twice_make_the_same_conversations()
    {
        object[] conversations =
        [
            new { id = "c", title = "Old", updated_at = 1_700_000_000_000 },
            new { id = "c", title = "New", isStarred = true, updated_at = 1_700_000_002_000 },
            new { id = "d", title = "Gone", updated_at = 1_700_000_000_000 },
            new { id = "d", deleted = true, updated_at = 1_700_000_001_000 },
        ];
        object[] messages =
        [
            new { message_id = "m1", conversation_id = "c", role = "user", content = "One?", created_at = "2023-11-14T22:13:20Z" },
            new { message_id = "m2", conversation_id = "c", role = "assistant", content = "Draft", created_at = 1_700_000_001_000, updated_at = 1_700_000_001_000 },
            new { message_id = "m2", conversation_id = "c", role = "assistant", content = "Two.", created_at = 1_700_000_001_000, updated_at = 1_700_000_002_000 },
            new { message_id = "m3", conversation_id = "d", role = "user", content = "gone", created_at = 1_700_000_000_500 },
        ];
        var results = new List<string>();
        foreach (var profile in new[] { "forward", "backward", "twice" })
        {
            var port = _bed.Open(ChatBed.One.Within(profile));
            var push = profile == "backward"
                ? new { messages = messages.Reverse(), conversations = conversations.Reverse() }
                : new { messages = messages.AsEnumerable(), conversations = conversations.AsEnumerable() };
            await port.AskRightAsync("sync_push", push);
            if (profile == "twice")
            {
                Assert.Equal(0, (await port.AskRightAsync("sync_push", push)).GetProperty("total_synced").GetInt32());
            }

            var shown = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
            Assert.Equal("conversation_not_found", (await port.AskAsync("get_conversation", new { conversation_id = "d" })).Text("code"));
            results.Add(shown.GetRawText());
        }

        Assert.Equal(["One?", "Two."], JsonElement.Parse(results[0]).Texts("messages", "content"));
        Assert.Equal("New", JsonElement.Parse(results[0]).GetProperty("conversation").Text("title"));
        Assert.Single(results.Distinct());
    }

    [Fact]
    public async Task What_one_device_has_pushed_another_pulls_page_by_page_and_can_push_elsewhere()
    {
        var (port, other) = (_bed.Open(), _bed.Open(ChatBed.Two));
        for (var number = 0; number < 30; number++)
        {
            await port.AskRightAsync("add_messages", new
            {
                conversation_id = $"c{number % 3}",
                create = true,
                messages = new[] { new { message_id = $"m{number}", role = "user", content = new string('"', 50_000) + number } },
            });
        }

        string? cursor = null;
        var pages = 0;
        JsonElement page;
        do
        {
            page = await port.AskRightAsync("sync_pull", new { cursor = cursor ?? "" });
            await other.AskRightAsync("sync_push", new { conversations = page.GetProperty("conversations"), messages = page.GetProperty("messages") });
            cursor = page.Text("cursor");
            pages++;
        }
        while (page.GetProperty("has_more").GetBoolean());

        Assert.InRange(pages, 2, 60);
        for (var number = 0; number < 3; number++)
        {
            var (one, two) = (await port.AskRightAsync("get_conversation", new { conversation_id = $"c{number}" }), await other.AskRightAsync("get_conversation", new { conversation_id = $"c{number}" }));
            Assert.Equal(one.Texts("messages", "content"), two.Texts("messages", "content"));
        }

        await port.AskRightAsync("delete_message", new { message_id = "m4" });
        var changed = await port.AskRightAsync("sync_pull", new { cursor });
        Assert.Equal((1, "m4"), (changed.GetProperty("counts").GetProperty("messages").GetInt32(), changed.GetProperty("messages")[0].Text("id")));
        Assert.True(changed.GetProperty("messages")[0].GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task A_cursor_of_another_store_begins_anew_and_says_so()
    {
        await using var elsewhere = new ChatBed();
        var cursor = (await elsewhere.Open().AskRightAsync("sync_pull", new { })).Text("cursor");
        var port = _bed.Open();
        await port.AskRightAsync("create_conversation", new { conversation_id = "c" });

        var page = await port.AskRightAsync("sync_pull", new { cursor });

        Assert.True(page.GetProperty("reset").GetBoolean());
        Assert.Equal(["c"], page.Texts("conversations", "id"));
    }

    [Fact]
    public async Task Cursors_tell_nothing_of_others_and_cannot_be_made()
    {
        var (port, other) = (_bed.Open(), _bed.Open(ChatBed.Two));
        var lengths = new HashSet<int>();
        for (var number = 0; number < 12; number++)
        {
            await other.AskRightAsync("create_conversation", new { conversation_id = $"other{number}" });
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{number}" });
            lengths.Add((await port.AskRightAsync("sync_pull", new { })).Text("cursor")!.Length);
        }

        Assert.Single(lengths);
        var cursor = (await port.AskRightAsync("sync_pull", new { })).Text("cursor")!;
        Assert.Equal(0, (await port.AskRightAsync("sync_pull", new { cursor })).GetProperty("counts").GetProperty("conversations").GetInt32());

        // The first two parts are what it is and the store, which are no secrets.
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('\n');
        var made = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{parts[0]}\n{parts[1]}\n12"));
        var reset = await port.AskRightAsync("sync_pull", new { cursor = made });
        Assert.True(reset.GetProperty("reset").GetBoolean());
        Assert.Equal(12, reset.GetProperty("counts").GetProperty("conversations").GetInt32());

        var list = (await port.AskRightAsync("list_conversations", new { limit = 5 })).Text("next_cursor")!;
        var place = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(list)).Split('\n');
        Assert.Equal(7, (await port.AskRightAsync("list_conversations", new { cursor = list })).GetProperty("conversations").GetArrayLength());
        var unsealed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{place[0]}\n{place[1]}\n{Base64Url.EncodeToString(new byte[16])}"));
        foreach (var refused in new[] { Base64Url.EncodeToString(new byte[16]), unsealed, cursor })
        {
            Assert.Equal("invalid_request", (await port.AskAsync("list_conversations", new { cursor = refused })).Text("code"));
        }
    }

    [Fact]
    public async Task An_export_is_json_lines_from_which_the_same_is_imported()
    {
        var (port, other) = (_bed.Open(), _bed.Open(ChatBed.Two));
        string[] texts = ["short", new string('\n', 100_000) + "\"quoted\" \\ €😀", string.Concat(Enumerable.Repeat("😀\u2028x", 60_000))];
        for (var number = 0; number < 5; number++)
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{number}", title = $"No. {number}", topic = "t", is_starred = number == 1, metadata = new { number }, settings = new { temperature = 0.5 } });
            for (var message = 0; message < number * 2; message++)
            {
                await port.AskRightAsync("add_messages", new { conversation_id = $"c{number}", messages = new[] { new { message_id = $"m{number}.{message}", role = message % 2 == 0 ? "user" : "assistant", content = texts[message % 3], model = "x" } } });
            }
        }

        var (file, pages) = await ExportAsync(port, new { });
        var lines = file.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var imported = await other.AskRightAsync("import_conversations", new { text = file.ToString() });
        var again = await other.AskRightAsync("import_conversations", new { text = file.ToString() });

        Assert.InRange(pages, 3, 100);
        Assert.Equal(5, lines.Length);
        Assert.All(lines.Select(line => JsonElement.Parse(line)), line => Assert.All(line.GetProperty("messages").EnumerateArray(), message => Assert.NotNull(message.Text("content"))));
        Assert.Equal((5, 20), (imported.GetProperty("conversations").GetProperty("created").GetInt32(), imported.GetProperty("messages").GetProperty("created").GetInt32()));
        Assert.Equal((0, 0), (again.GetProperty("conversations").GetProperty("synced").GetInt32(), again.GetProperty("messages").GetProperty("synced").GetInt32()));
        Assert.Equal(file.ToString(), (await ExportAsync(other, new { })).File.ToString());
        Assert.Equal(lines[^1], (await ExportAsync(port, new { conversation_id = "c4" })).File.ToString().TrimEnd());
    }

    [Fact]
    public async Task Open_ais_lines_are_imported_once_and_bad_ones_are_named()
    {
        var port = _bed.Open();
        const string Lines = """
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}]},{"role":"assistant","content":"Hello"}]}

            not json
            {"messages":[{"role":"user","content":[{"type":"image_url"}]}]}
            {"messages":[{"role":"user"}]}
            """;

        var first = await port.AskRightAsync("import_conversations", new { text = Lines });
        var second = await port.AskRightAsync("import_conversations", new { text = Lines });

        Assert.Equal(2, first.GetProperty("conversations").GetProperty("created").GetInt32());
        Assert.Equal(3, first.GetProperty("messages").GetProperty("created").GetInt32());
        Assert.Equal(["line 3", "line 4"], first.Texts("refused", "id")[..2]);
        Assert.Equal((0, 2), (second.GetProperty("conversations").GetProperty("created").GetInt32(), second.GetProperty("conversations").GetProperty("skipped").GetInt32()));
        var list = await port.AskRightAsync("list_conversations", new { });
        var contents = new List<string>();
        foreach (var id in list.Texts("conversations", "id"))
        {
            contents.AddRange((await port.AskRightAsync("get_conversation", new { conversation_id = id })).Texts("messages", "content"));
        }

        Assert.Equal(["Be brief.", "Hello", "Hi"], contents.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_old_hosts_nodes_are_imported()
    {
        var port = _bed.Open();
        var nodes = JsonElement.Parse("""
            [
              {"Chat":{"id":"c","title":"Cats","topic":"animals","created_at":1700000000000,"updated_at":1700000001000,"message_ids":["m1"],"summary_ids":[],"metadata":"{\"k\":1}"}},
              {"type":"Message","id":"m1","chat_id":"c","sender":"user","timestamp":1700000000000,"text_content":"Do cats sleep?","metadata":"{}"},
              {"id":"msg_1","type":"Message","chat_id":"default","sender":"assistant","text_content":"Alone.","timestamp":1700000000000},
              {"Attachment":{"id":"a","message_id":"m1","mime_type":"image/png","filename":"cat.png","size_bytes":5,"storage_path":"x"}},
              {"type":"Summary","id":"s","chat_id":"c","created_at":1700000000000,"content":"About cats.","message_ids":["m1"]},
              {"type":"Bookmark","id":"b"}, {"type":"Bookmark","id":"b2"}, 5,
              {"type":"Message","id":"m9","chat_id":"c"},
              {"type":"Message","id":"m10","chat_id":"default","sender":"user","text_content":"When?","timestamp":"once"}
            ]
            """);

        var first = await port.AskRightAsync("import_conversations", new { nodes });
        var second = await port.AskRightAsync("import_conversations", new { nodes });

        Assert.Equal((2, 2, 1), (first.GetProperty("conversations").GetProperty("created").GetInt32(), first.GetProperty("messages").GetProperty("created").GetInt32(), first.GetProperty("summaries").GetInt32()));
        Assert.Equal(["m9", "m10"], first.Texts("refused", "id"));
        Assert.Equal("""{"Bookmark":2,"unknown":1}""", first.GetProperty("left_out").GetRawText());
        Assert.Equal(0, second.GetProperty("messages").GetProperty("synced").GetInt32());
        var cats = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        Assert.Equal(("Cats", "animals", 1_700_000_000_000), (cats.GetProperty("conversation").Text("title"), cats.GetProperty("conversation").Text("topic"), cats.GetProperty("conversation").GetProperty("created_at").GetInt64()));
        Assert.Equal(1, cats.GetProperty("conversation").GetProperty("metadata").GetProperty("k").GetInt32());
        Assert.Equal("cat.png", cats.GetProperty("messages")[0].GetProperty("attachments")[0].Text("filename"));
        Assert.Equal(["Alone."], (await port.AskRightAsync("get_conversation", new { conversation_id = "default" })).Texts("messages", "content"));
    }

    [Fact]
    public async Task A_purge_of_all_takes_what_a_wrong_clock_has_dated_ahead()
    {
        var port = _bed.Open();
        await port.AskRightAsync("sync_push", new { conversations = new[] { new { id = "late", title = "t", updated_at = "2199-01-01T00:00:00Z" } } });

        var purged = await port.AskRightAsync("purge", new { older_than_days = 0 });

        Assert.Equal(1, purged.GetProperty("conversations").GetInt32());
    }

    [Fact]
    public async Task A_device_of_one_user_hears_of_what_is_deleted()
    {
        var port = _bed.Open();
        foreach (var user in new[] { "ann", "bob" })
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = user, user_id = user });
        }

        var before = await port.AskRightAsync("sync_pull", new { user_id = "ann" });
        await port.AskRightAsync("delete_conversation", new { conversation_id = "ann" });
        var after = await port.AskRightAsync("sync_pull", new { user_id = "ann", cursor = before.Text("cursor") });

        Assert.Equal(["ann"], before.Texts("conversations", "id"));
        Assert.Equal(["ann"], after.Texts("conversations", "id"));
        Assert.True(after.GetProperty("conversations")[0].GetProperty("deleted").GetBoolean());
    }

    public ValueTask DisposeAsync() => _bed.DisposeAsync();

    private static async Task<(StringBuilder File, int Pages)> ExportAsync(Dialogue port, object fields)
    {
        var file = new StringBuilder();
        var pages = 0;
        string? cursor = null;
        do
        {
            var members = fields.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(fields)!);
            var page = await port.AskRightAsync("export_conversations", new Dictionary<string, object>(members) { ["cursor"] = cursor ?? "" });
            file.Append(page.Text("text"));
            cursor = page.Text("next_cursor");
            pages++;
        }
        while (cursor is not null);
        return (file, pages);
    }
}
