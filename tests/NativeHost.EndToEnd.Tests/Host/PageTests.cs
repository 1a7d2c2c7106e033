namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>Questions about a page, with real models for its vectors and for the answer.</summary>
public sealed class PageTests
{
    private const string Url = "https://example.org/harbour";

    private const string Page =
        """
        The harbour
        Boats lie in the harbour at night. They leave at dawn, when the tide is high.
        Bread is baked in the town by two bakers, who begin at three o'clock.

        The football team has won eleven matches in a row.
        """;

    private static CancellationToken Timeout => Patience.Token;

    [Fact]
    public async Task What_a_page_says_about_a_question_is_found_by_its_meaning_and_told_to_the_unit()
    {
        await using var home = new TemporaryHome();
        await using var host = HostProcess.StartAsBrowser(home, HostProgram.InProcess);
        await host.AskAsync(Requests.LoadStoryModel(), Timeout);

        var indexed = await host.AskAsync(new JsonObject { ["action"] = "index_page", ["url"] = Url, ["title"] = "The harbour", ["text"] = Page }, Timeout);
        var asked = await host.AskAsync(
            new JsonObject
            {
                ["action"] = "ask_page",
                ["url"] = Url,
                ["question"] = "At what hour do ships sail?",
                ["settings"] = new JsonObject { ["temperature"] = 0, ["max_new_tokens"] = 20 },
            },
            Timeout);

        Assert.True(indexed.Status == "success", indexed.Final.ToJsonString());
        Assert.True(asked.Type == "generationComplete", asked.Final.ToJsonString());
        var sources = asked.EventsOf("pageSources").Single()["payload"]!["sources"]!.AsArray();
        Assert.Contains("Boats lie in the harbour", sources[0]!["text"]!.ToString(), StringComparison.Ordinal);
        Assert.All(sources.Concat(asked.Payload["citations"]!.AsArray()), IsOfThePage);
        Assert.NotEmpty(asked.Payload["output"]!.ToString());
    }

    private static void IsOfThePage(JsonNode? place)
    {
        var (start, end) = (place!["start"]!.GetValue<int>(), place["end"]!.GetValue<int>());
        Assert.Equal(Page[start..end], place["text"]!.ToString());
    }
}
