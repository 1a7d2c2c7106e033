using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>A model that calls a tool, and gets the result back.</summary>
public sealed class ToolRoundTests
{
    private static readonly object Weather = new
    {
        type = "function",
        function = new { name = "weather", description = "Tells it.", parameters = new { type = "object", properties = new { city = new { type = "string" } } } },
    };

    [Fact]
    public async Task A_call_comes_in_pieces_and_whole_and_its_result_goes_back()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        object[] asked = [new { role = "user", content = "Is it warm?" }];

        var called = (await port.AskRightAsync("generate", new { messages = asked, tools = new[] { Weather } })).GetProperty("payload");
        var call = called.GetProperty("toolCalls")[0];
        var answered = await port.AskRightAsync("generate", new
        {
            messages = (object[])[.. asked, new { role = "assistant", content = (string?)null, tool_calls = called.GetProperty("toolCalls") }, new { role = "tool", tool_call_id = call.Text("id"), content = "20 degrees" }],
            tools = new[] { Weather },
            settings = new { max_tokens = 1 },
        });

        Assert.Equal(("tool_calls", "", "Which one? ", 1), (called.Text("stopReason"), called.Text("output"), called.Text("reasoning"), called.GetProperty("reasoningTokens").GetInt32()));
        Assert.Equal(("weather", """{"city": "Rome"}"""), (call.GetProperty("function").Text("name"), call.GetProperty("function").Text("arguments")));
        Assert.Equal("word ", answered.GetProperty("payload").Text("output"));
        var given = bed.Requests.Last();
        Assert.Equal(new ToolDefinition("weather", "Tells it.", """{"type":"object","properties":{"city":{"type":"string"}}}"""), Assert.Single(given.Tools));
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], given.Messages.Select(message => message.Role));
        Assert.Equal(new ToolCall("call_1", "weather", """{"city": "Rome"}"""), Assert.Single(given.Messages[1].ToolCalls!));
        Assert.Equal(("call_1", "20 degrees"), (given.Messages[2].ToolCallId, given.Messages[2].Content));
    }

    [Fact]
    public async Task A_stored_conversation_keeps_calls_results_and_thoughts()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        await port.AskRightAsync("generate", new { chat_id = "c", prompt = "Is it warm?", tools = new[] { Weather } });
        await port.AskRightAsync("generate", new
        {
            chat_id = "c",
            messages = (object[])
            [
                new { role = "user", content = "Is it warm?" },
                new { role = "assistant", tool_calls = new[] { new { id = "call_1", function = new { name = "weather", arguments = "{}" } } } },
                new { role = "tool", tool_call_id = "call_1", name = "weather", content = "20 degrees" },
            ],
            settings = new { max_tokens = 1 },
        });
        await port.AskRightAsync("generate", new { chat_id = "c", prompt = "And now?", settings = new { max_tokens = 1 } });

        var stored = await port.AskRightAsync("get_conversation", new { conversation_id = "c" });
        Assert.Equal(["user", "assistant", "tool", "assistant", "user", "assistant"], stored.Texts("messages", "role"));
        Assert.Equal("Which one? ", stored.GetProperty("messages")[1].Text("reasoning"));
        var given = bed.Requests.Last().Messages;
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.User], given.Select(message => message.Role));
        Assert.Equal(new ToolCall("call_1", "weather", """{"city": "Rome"}"""), Assert.Single(given[1].ToolCalls!));
        Assert.Equal(("call_1", "weather", "20 degrees"), (given[2].ToolCallId, given[2].Name, given[2].Content));
    }

    [Theory]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a b"}}]}""", "tools[0]")]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"a"}}]}""", "tools")]
    [InlineData("""{"tools":[{"type":"retrieval"}]}""", "tools[0]")]
    [InlineData("""{"tools":[null]}""", "tools[0]")]
    [InlineData("""{"tools":[{"function":{"name":"a","parameters":[]}}]}""", "tools[0]")]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tools":[{"function":{"name":"a"}}],"tool_choice":{"function":{"name":"b"}}}""", "tool_choice")]
    [InlineData("""{"tools":[{"function":{"name":"a"}}],"tool_choice":7}""", "tool_choice")]
    [InlineData("""{"chat_template_kwargs":[]}""", "chat_template_kwargs")]
    [InlineData("""{"messages":[{"role":"nobody","content":"a"}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user","content":[7]}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"user","content":"a","tool_calls":[{"function":{"name":"a"}}]}]}""", "messages[0]")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"a","arguments":7}}]}]}""", "messages[0]")]
    public async Task What_is_no_tool_or_message_is_refused_by_name(string more, string field)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        var request = new Dictionary<string, object> { ["messages"] = new[] { new { role = "user", content = "a" } } };
        foreach (var property in JsonElement.Parse(more).EnumerateObject())
        {
            request[property.Name] = property.Value;
        }

        var refusal = await port.AskAsync("generate", request);

        Assert.Equal(("invalid_request", field), (refusal.Text("code"), refusal.GetProperty("details").Text("field")));
    }

    [Fact]
    public async Task Parts_of_text_are_put_together_and_a_picture_is_refused()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        object Asking(params object[] parts) => new { messages = new[] { new { role = "user", content = parts } }, settings = new { max_tokens = 1 } };

        await port.AskRightAsync("generate", Asking(new { type = "text", text = "Is this " }, new { type = "text", text = "a cat?" }));
        var refusal = await port.AskAsync("generate", Asking(new { type = "image_url", image_url = new { url = "data:" } }));

        Assert.Equal("Is this a cat?", Assert.Single(bed.Requests.Last().Messages).Content);
        Assert.Equal("unsupported_modality", refusal.Text("code"));
    }

    [Fact]
    public async Task What_the_template_is_told_is_the_callers()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        var messages = new[] { new { role = "user", content = "a" } };

        await port.AskRightAsync("generate", new { messages, enable_thinking = false, chat_template_kwargs = new { enable_thinking = true, effort = 2 }, settings = new { max_tokens = 1 } });

        Assert.Equal("""{"enable_thinking":true,"effort":2}""", bed.Requests.Last().TemplateVariables);
        Assert.False(bed.Requests.Last().Thinks);
        Assert.Equal(ToolUse.Auto, bed.Requests.Last().ToolUse);
    }
}
