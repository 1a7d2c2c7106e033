using System.Runtime.Versioning;
using System.Text.Json;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>What a developer gets for more than one question: forms, tools, several answers at once, sessions.</summary>
[SupportedOSPlatform("linux")]
public sealed class DialoguesInBrowserTests
{
    private const string HostName = "com.tabagent.host";

    public static TheoryData<DemoModel> Models => [DemoModel.Dense, DemoModel.Ternary];

    private static CancellationToken Timeout => Patience.Token;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Forms_tools_two_streams_a_clone_and_an_overflow_reach_an_extension(DemoModel model)
    {
        ChromiumBrowser.RequireInstalled();
        await using var home = new TemporaryHome();
        home.RegisterInChromium(HostName, Repository.Published("tabagent-host"), ExtensionIdentity.Of(Repository.ExtensionFolder));
        await using var browser = await ChromiumBrowser.StartAsync(home, Timeout);
        var worker = await browser.LoadExtensionAsync(Repository.ExtensionFolder, Timeout);
        var port = await worker.OpenPortAsync(HostName, Timeout);
        var load = await worker.AskAsync(port, model.LoadRequest(), Timeout);
        Assert.True(load.Status == "success", load.Final.ToJsonString());

        await AnswerInJsonAsync(worker, port);
        await CallToolAsync(worker, port);
        await StreamTwiceAsync(worker, port);
        await CloneAsync(worker, port);
        await OverflowAsync(worker, port);
    }

    private static async Task AnswerInJsonAsync(ExtensionWorker worker, int port)
    {
        var answer = await AskAsync(worker, port, """
            {
              "action": "chat_completions", "stream": true, "temperature": 0, "max_tokens": 200,
              "messages": [{ "role": "user", "content": "How old is the dog?" }],
              "response_format": {
                "type": "json_schema",
                "json_schema": {
                  "name": "dog",
                  "schema": {
                    "type": "object", "additionalProperties": false, "required": ["name", "age", "good"],
                    "properties": { "name": { "type": "string", "maxLength": 8 }, "age": { "type": "integer", "minimum": 0, "maximum": 20 }, "good": { "type": "boolean" } }
                  }
                }
              }
            }
            """);

        var text = answer.Payload["choices"]![0]!["message"]!["content"]!.ToString();
        var dog = JsonElement.Parse(text);
        Assert.Equal(["name", "age", "good"], dog.EnumerateObject().Select(property => property.Name));
        Assert.InRange(dog.GetProperty("age").GetInt32(), 0, 20);
        Assert.Equal(text, string.Concat(answer.EventsOf("chat.completion.chunk").Select(chunk => chunk["payload"]!["choices"]![0]!["delta"]!["content"]?.ToString())));
    }

    private static async Task CallToolAsync(ExtensionWorker worker, int port)
    {
        const string Tools = """
            [{ "type": "function", "function": { "name": "find_pet", "parameters": {
               "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": ["dog", "cat"] } } } } }]
            """;
        var called = await AskAsync(worker, port, $$"""
            {
              "action": "generate", "tools": {{Tools}}, "tool_choice": "required", "settings": { "temperature": 0, "max_tokens": 200 },
              "messages": [{ "role": "user", "content": "Find my dog." }]
            }
            """);
        var call = called.Payload["toolCalls"]![0]!;
        Assert.Equal(("find_pet", "tool_calls"), (call["function"]!["name"]!.ToString(), called.Payload["stopReason"]!.ToString()));
        Assert.Contains(JsonElement.Parse(call["function"]!["arguments"]!.ToString()).GetProperty("kind").GetString(), (string[])["dog", "cat"]);
        Assert.NotEmpty(called.EventsOf("toolCallUpdate"));

        var answered = await AskAsync(worker, port, $$"""
            {
              "action": "generate", "tools": {{Tools}}, "tool_choice": "none", "settings": { "temperature": 0, "max_tokens": 10 },
              "messages": [
                { "role": "user", "content": "Find my dog." },
                { "role": "assistant", "content": null, "tool_calls": [{{call.ToJsonString()}}] },
                { "role": "tool", "tool_call_id": "{{call["id"]}}", "name": "find_pet", "content": "It is in the garden." }
              ]
            }
            """);
        Assert.NotEmpty(answered.Payload["output"]!.ToString());
    }

    private static async Task StreamTwiceAsync(ExtensionWorker worker, int port)
    {
        var alone = await Task.WhenAll(worker.AskAsync(port, Requests.GenerateStory(), Timeout));
        var both = await Task.WhenAll(worker.AskAsync(port, Requests.GenerateStory(), Timeout), worker.AskAsync(port, Requests.GenerateStory("a cat"), Timeout));

        Assert.All(both, story => Assert.Equal("generationComplete", story.Type));
        Assert.Equal(alone[0].Payload["output"]!.ToString(), both[0].Payload["output"]!.ToString());
        Assert.DoesNotContain(both, story => story.EventsOf("generationQueued").Count > 0);
    }

    private static async Task CloneAsync(ExtensionWorker worker, int port)
    {
        var created = await AskAsync(worker, port, """{ "action": "create_session", "messages": [{ "role": "user", "content": "Tell me a story about a dog." }] }""");
        var id = created.Payload["sessionId"]!.ToString();
        var clone = (await AskAsync(worker, port, $$"""{ "action": "clone_session", "session_id": "{{id}}" }""")).Payload["sessionId"]!.ToString();
        string Ask(string session) => $$"""{ "action": "generate", "session_id": "{{session}}", "settings": { "temperature": 0, "max_tokens": 20 } }""";

        var first = await AskAsync(worker, port, Ask(id));
        var second = await AskAsync(worker, port, Ask(clone));

        Assert.Equal(first.Payload["output"]!.ToString(), second.Payload["output"]!.ToString());
        var prompt = second.Payload["promptTokens"]!.GetValue<int>();
        Assert.Equal(prompt - 1, second.Payload["cachedTokens"]!.GetValue<int>());
    }

    private static async Task OverflowAsync(ExtensionWorker worker, int port)
    {
        var words = string.Join(' ', Enumerable.Repeat("The dog ran home.", 60));
        var created = await AskAsync(worker, port, $$"""
            { "action": "create_session", "prefill": false, "messages": [{ "role": "user", "content": "{{words}}" }, { "role": "assistant", "content": "{{words}}" }] }
            """);
        var context = created.Payload["contextTokens"]!.GetValue<int>();
        var pairs = (context / created.Payload["tokens"]!.GetValue<int>()) + 1;
        var more = string.Join(", ", Enumerable.Repeat($$"""{ "role": "user", "content": "{{words}}" }, { "role": "assistant", "content": "{{words}}" }""", pairs));
        var id = created.Payload["sessionId"]!.ToString();

        var answer = await AskAsync(worker, port, $$"""
            {
              "action": "generate", "session_id": "{{id}}", "settings": { "temperature": 0, "max_tokens": 5 },
              "messages": [{{more}}, { "role": "user", "content": "Where is the dog?" }]
            }
            """);

        Assert.NotEmpty(answer.EventsOf("contextOverflow"));
        Assert.All(answer.EventsOf("contextOverflow"), overflow => Assert.InRange(overflow["payload"]!["dropped"]!.GetValue<int>(), 2, 100));
    }

    private static async Task<Exchange> AskAsync(ExtensionWorker worker, int port, string request)
    {
        var exchange = await worker.AskAsync(port, JsonNode.Parse(request)!.AsObject(), Timeout);
        Assert.True(exchange.Status == "success", exchange.Final.ToJsonString());
        return exchange;
    }
}
