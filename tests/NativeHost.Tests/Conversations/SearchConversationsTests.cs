using System.Text.Json;
using NativeHost.Grants;
using Xunit;

namespace NativeHost.Tests.Conversations;

/// <summary>Conversations are found by what they are called and by what is said in them; only by whom they belong to.</summary>
public sealed class SearchConversationsTests
{
    [Fact]
    public async Task Titles_come_first_then_messages_each_conversation_once_with_its_best_message()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        await AddAsync(port, "bread", "Baking", "bread and a boat", "Boats, boats and more boats.", "bread");
        await AddAsync(port, "boats", "My boat is here", "hello");
        await AddAsync(port, "house", "Boathouse");
        await AddAsync(port, "stars", "Stars", "nothing of it");

        var found = await port.AskRightAsync("search_conversations", new { query = "boat" });
        var plural = await port.AskRightAsync("search_conversations", new { query = "Boats" });

        Assert.Equal(["boats", "house", "bread"], found.Texts("conversations", "id"));
        Assert.Equal((3, 20, 0), (Number(found, "total"), Number(found, "limit"), Number(found, "offset")));
        Assert.False(found.TryGetProperty("next_offset", out _));
        var (byTitle, byMessage) = (found.GetProperty("conversations")[0].GetProperty("match"), found.GetProperty("conversations")[2].GetProperty("match"));
        Assert.True(byTitle.GetProperty("in_title").GetBoolean());
        Assert.False(byTitle.TryGetProperty("message_id", out _));
        Assert.Equal((false, "bread0", "user", "bread and a boat"), (byMessage.GetProperty("in_title").GetBoolean(), byMessage.Text("message_id"), byMessage.Text("role"), byMessage.Text("snippet")));
        Assert.Equal(("bread1", "Boats, boats and more boats."), (plural.GetProperty("conversations")[0].GetProperty("match").Text("message_id"), plural.GetProperty("conversations")[0].GetProperty("match").Text("snippet")));
        Assert.Equal("Baking", plural.GetProperty("conversations")[0].Text("title"));
    }

    [Fact]
    public async Task What_is_renamed_or_deleted_is_found_as_it_is_now()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        await AddAsync(port, "a", "Boats", "text");
        await AddAsync(port, "b", "Ships", "boats at sea");
        await AddAsync(port, "c", "More boats", "text");
        Assert.Equal(3, Number(await port.AskRightAsync("search_conversations", new { query = "boats" }), "total"));

        await port.AskRightAsync("rename_conversation", new { conversation_id = "a", title = "Bread" });
        await port.AskRightAsync("delete_message", new { message_id = "b0" });
        await port.AskRightAsync("delete_conversation", new { conversation_id = "c" });

        Assert.Equal(0, Number(await port.AskRightAsync("search_conversations", new { query = "boats" }), "total"));
        Assert.Equal(["a"], (await port.AskRightAsync("search_conversations", new { query = "bread" })).Texts("conversations", "id"));
    }

    [Fact]
    public async Task Filters_hold_and_pages_make_the_whole()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        for (var i = 0; i < 5; i++)
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{i}", title = $"Boat {i}", topic = i < 2 ? "sea" : "lake", user_id = i % 2 == 0 ? "u" : "v" });
        }

        await port.AskRightAsync("update_conversation", new { conversation_id = "c3", is_starred = true });

        Assert.Equal(["c0", "c1"], await IdsAsync(port, new { query = "boat", topic = "sea" }));
        Assert.Equal(["c0", "c2", "c4"], await IdsAsync(port, new { query = "boat", user_id = "u" }));
        Assert.Equal(["c3"], await IdsAsync(port, new { query = "boat", is_starred = true }));
        var first = await port.AskRightAsync("search_conversations", new { query = "boat", limit = 3 });
        Assert.Equal((3, 5), (Number(first, "next_offset"), Number(first, "total")));
        string[] all = [.. first.Texts("conversations", "id"), .. await IdsAsync(port, new { query = "boat", offset = 3 })];
        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], all.Order());
    }

    [Fact]
    public async Task Answers_fit_a_frame_and_go_on_where_they_end()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        for (var i = 0; i < 100; i++)
        {
            await port.AskRightAsync("create_conversation", new { conversation_id = $"c{i}", title = "Boat", metadata = new { kept = new string('x', 16_000) } });
        }

        var ids = new List<string>();
        for (int? offset = 0; offset is { } next;)
        {
            var page = await port.AskRightAsync("search_conversations", new { query = "boat", limit = 100, offset = next });
            ids.AddRange(page.Texts("conversations", "id"));
            offset = page.TryGetProperty("next_offset", out var more) ? more.GetInt32() : null;
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i}").Order(), ids.Order());
    }

    [Fact]
    public async Task Others_find_nothing_of_it_unless_the_user_allows_it()
    {
        await using var bed = new ChatBed();
        var (one, two) = (bed.Open(ChatBed.One), bed.Open(ChatBed.Two));
        await AddAsync(one, "a", "Boats", "boats");

        Assert.Empty(await IdsAsync(two, new { query = "boats" }));
        Assert.Equal("grant_required", (await two.AskAsync("search_conversations", new { query = "boats", origin = "*" })).Text("code"));
        await bed.Grants.GiveAsync(ChatBed.Two.Origin, GrantKind.AllConversations, Patience.Token);

        var found = (await two.AskRightAsync("search_conversations", new { query = "boats", origin = "*" })).GetProperty("conversations")[0];
        Assert.Equal(("a", ChatBed.One.Origin, "boats"), (found.Text("id"), found.Text("origin"), found.GetProperty("match").Text("snippet")));
    }

    [Theory]
    [InlineData("""{"query":""}""")]
    [InlineData("""{}""")]
    [InlineData("""{"query":"a","limit":101}""")]
    [InlineData("""{"query":"a","offset":-1}""")]
    public async Task What_is_wrong_with_a_request_is_said(string fields)
    {
        await using var bed = new ChatBed();

        Assert.Equal("invalid_request", (await bed.Open().AskAsync("search_conversations", JsonElement.Parse(fields))).Text("code"));
    }

    private static async Task AddAsync(Dialogue port, string id, string title, params string[] messages)
    {
        await port.AskRightAsync("create_conversation", new { conversation_id = id, title });
        if (messages.Length > 0)
        {
            await port.AskRightAsync("add_messages", new { conversation_id = id, messages = messages.Select((content, number) => new { message_id = $"{id}{number}", role = "user", content }).ToArray() });
        }
    }

    private static async Task<string[]> IdsAsync(Dialogue port, object request) => (await port.AskRightAsync("search_conversations", request)).Texts("conversations", "id");

    private static int Number(JsonElement answer, string field) => answer.GetProperty(field).GetInt32();
}
