using System.Text.Json;
using NativeHost.Pages;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Pages;

public sealed class IndexPageTests
{
    private const string Url = "https://boats.example/";

    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 100).Select(number => $"Boat number {number} lies in the harbour of the old town."));

    [Fact]
    public async Task A_page_is_held_for_its_caller_until_it_is_forgotten()
    {
        await using var bed = new ChatBed();
        var (one, two) = (bed.Open(ChatBed.One), bed.Open(ChatBed.Two));

        var indexed = await one.AskRightAsync("index_page", new { url = Url, title = "Boats", text = "The boat is in the harbour. It is old." });
        var mine = await one.AskRightAsync("list_pages");
        var others = await two.AskRightAsync("list_pages");
        var separate = await one.AskRightAsync("list_pages", new Dictionary<string, object> { ["namespace"] = "n" });
        var notMine = await two.AskRightAsync("forget_page", new { url = Url });
        var forgotten = await one.AskRightAsync("forget_page", new { page_id = indexed.Text("page_id") });

        Assert.Equal((1, 1, 9, 38), (Number(indexed, "chunks"), Number(indexed, "embedded"), Number(indexed, "total_tokens"), Number(indexed, "characters")));
        Assert.Equal("/default-embedder.gguf", indexed.Text("model"));
        Assert.Equal([Url], mine.Texts("pages", "url"));
        Assert.Equal(Number(indexed, "bytes"), Number(mine, "bytes"));
        Assert.Equal((0, 0, 0), (Number(others, "total"), Number(separate, "total"), Number(notMine, "forgotten")));
        Assert.Equal(1, Number(forgotten, "forgotten"));
        Assert.Equal(0, Number(await one.AskRightAsync("list_pages"), "total"));

        // Nothing of it is on the disk.
        Assert.False(Directory.Exists(bed.Folder));
    }

    [Fact]
    public async Task What_is_the_same_is_not_embedded_again_and_another_model_begins_anew()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        var first = await port.AskRightAsync("index_page", new { url = Url, text = Long });

        var same = await port.AskRightAsync("index_page", new { url = Url, text = Long, title = "New" });
        var grown = await port.AskRightAsync("index_page", new { url = Url, text = "A boat has come. " + Long + " " + Long });
        var elsewhere = await port.AskRightAsync("index_page", new { url = Url + "2", text = Long });
        await port.AskRightAsync("load_model", new { modelPath = "/mine-embedder.gguf" });
        var other = await port.AskRightAsync("index_page", new { url = Url, text = Long });

        Assert.InRange(Number(first, "chunks"), 7, 12);
        Assert.Equal(Number(first, "chunks"), Number(first, "embedded"));
        Assert.Equal((first.Text("page_id"), 0, Number(first, "total_tokens")), (same.Text("page_id"), Number(same, "embedded"), Number(same, "total_tokens")));
        Assert.InRange(Number(grown, "embedded"), 1, Number(grown, "chunks"));
        Assert.Equal(Number(first, "chunks"), Number(elsewhere, "embedded"));
        Assert.Equal(("/mine-embedder.gguf", Number(first, "chunks")), (other.Text("model"), Number(other, "embedded")));
        Assert.Equal(2, Number(await port.AskRightAsync("list_pages"), "total"));
    }

    [Fact]
    public async Task A_long_page_comes_in_batches_that_tell_how_far_they_are_and_can_be_stopped()
    {
        var batches = 0;
        var began = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var loader = new ScriptedLoader
        {
            // So short that a batch is one unit of work.
            ContextTokens = 8,
            BeforeAll = stop =>
            {
                if (Interlocked.Increment(ref batches) == 3)
                {
                    began.TrySetResult();
                    return held.Task.WaitAsync(stop);
                }

                return Task.Delay(200, stop);
            },
        };
        await using var bed = new ChatBed(loader);
        var port = bed.Open();
        var text = string.Join(' ', Enumerable.Range(0, 200).Select(number => $"{new string('a', 700)} {number} end."));
        await port.SayAsync($$"""{"action":"index_page","url":"u","text":"{{text}}","id":"i"}""");
        await began.Task.WaitAsync(Patience.Token);

        await port.SayAsync("""{"action":"stop_generation","targetRequestId":"i","id":"s"}""");
        var frames = new List<JsonElement>();
        while (frames.Count(frame => frame.Text("status") is not null) < 2)
        {
            frames.Add(await port.HearAsync());
        }

        var told = frames.FindAll(frame => frame.Text("type") == "pageIndexProgress").ConvertAll(frame => frame.GetProperty("payload"));
        Assert.Equal([(64, 200), (128, 200)], told.Select(payload => (Number(payload, "done"), Number(payload, "total"))));
        Assert.Equal("cancelled", Assert.Single(frames, frame => frame.Text("status") is not null && frame.Text("requestId") == "i").Text("code"));
        Assert.Equal(0, Number(await port.AskRightAsync("list_pages"), "total"));
    }

    [Fact]
    public async Task Parts_that_are_too_long_for_the_model_are_told()
    {
        await using var bed = new ChatBed();

        var answer = await bed.Open().AskRightAsync("index_page", new { url = Url, text = string.Concat(Enumerable.Repeat("a ", 300)) });

        Assert.Equal((1, 1, 64), (Number(answer, "chunks"), Number(answer, "truncated_chunks"), Number(answer, "total_tokens")));
    }

    [Fact]
    public async Task A_purge_of_everything_forgets_the_callers_pages()
    {
        await using var bed = new ChatBed();
        var (one, two) = (bed.Open(ChatBed.One), bed.Open(ChatBed.Two));
        await one.AskRightAsync("index_page", new { url = Url, text = "boats" });
        await two.AskRightAsync("index_page", new { url = Url, text = "boats" });

        var some = await one.AskRightAsync("purge", new { older_than_days = 1 });
        Assert.False(some.TryGetProperty("pages", out _));
        Assert.Equal(1, Number(await one.AskRightAsync("purge", new { older_than_days = 0 }), "pages"));

        Assert.Equal(0, Number(await one.AskRightAsync("list_pages"), "total"));
        Assert.Equal(1, Number(await two.AskRightAsync("list_pages"), "total"));
    }

    [Fact]
    public async Task Pages_are_listed_in_parts_the_last_used_one_first()
    {
        await using var bed = new ChatBed();
        var port = bed.Open();
        for (var page = 0; page < 5; page++)
        {
            await port.AskRightAsync("index_page", new { url = $"u{page}", text = "boats" });
        }

        var first = await port.AskRightAsync("list_pages", new { limit = 3 });
        var rest = await port.AskRightAsync("list_pages", new { limit = 3, offset = Number(first, "next_offset") });
        Assert.Equal(["u4", "u3", "u2"], first.Texts("pages", "url"));
        Assert.Equal(["u1", "u0"], rest.Texts("pages", "url"));
        Assert.False(rest.TryGetProperty("next_offset", out _));
        Assert.Equal(5, Number(await port.AskRightAsync("forget_page", new { all = true }), "forgotten"));
    }

    [Fact]
    public async Task A_page_that_there_is_no_room_for_is_refused_before_it_is_embedded()
    {
        var loader = new ScriptedLoader { BeforeAll = _ => throw new InvalidOperationException("It is embedded.") };
        await using var host = new TestHost(loader, pages: new HeldPages(mostOfOrigin: 5000));
        await using var port = new Dialogue(host, Patience.Token);

        var answer = await port.AskAsync("index_page", new { url = Url, text = Long });

        Assert.Equal(("quota_exceeded", 5000), (answer.Text("code"), Number(answer.GetProperty("details"), "availableBytes")));
    }

    [Theory]
    [InlineData("index_page", """{"url":"","text":"a"}""")]
    [InlineData("index_page", """{"url":"u","text":" \n "}""")]
    [InlineData("index_page", """{"url":"u"}""")]
    [InlineData("index_page", """{"text":"a"}""")]
    [InlineData("index_page", """{"url":"u","text":5}""")]
    [InlineData("forget_page", """{}""")]
    [InlineData("list_pages", """{"limit":0}""")]
    [InlineData("list_pages", """{"offset":-1}""")]
    public async Task What_is_wrong_with_a_request_is_said(string action, string fields)
    {
        await using var bed = new ChatBed();
        var port = bed.Open();

        Assert.Equal("invalid_request", (await port.AskAsync(action, JsonElement.Parse(fields))).Text("code"));
        Assert.Equal("invalid_request", (await port.AskAsync("index_page", new { url = new string('u', 9000), text = "a" })).Text("code"));
    }

    private static int Number(JsonElement answer, string field) => answer.GetProperty(field).GetInt32();
}
