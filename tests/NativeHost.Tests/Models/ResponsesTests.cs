using NativeHost.Inference.Chat;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>What a program that is written for OpenAI's responses finds.</summary>
public sealed class ResponsesTests
{
    private static readonly object Weather = new { type = "function", name = "weather", description = "Tells it.", parameters = new { type = "object" } };

    [Fact]
    public async Task Items_go_in_and_come_out_and_can_be_sent_back_as_they_are()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var called = (await port.AskRightAsync("responses", new { input = "Is it warm?", instructions = "Be brief.", tools = new[] { Weather } })).GetProperty("payload");
        object[] items =
        [
            new { role = "user", content = "Is it warm?" },
            .. called.GetProperty("output").EnumerateArray().Select(item => (object)item),
            new { type = "function_call_output", call_id = "call_1", output = "20 degrees" },
        ];
        var answered = (await port.AskRightAsync("responses", new { input = items, tools = new[] { Weather }, max_output_tokens = 2, text = new { format = new { type = "json_object" } } })).GetProperty("payload");

        Assert.Equal(["reasoning", "function_call"], called.GetProperty("output").EnumerateArray().Select(item => item.Text("type")));
        Assert.Equal(("completed", "response"), (called.Text("status"), called.Text("object")));
        Assert.Equal(("incomplete", "word word "), (answered.Text("status"), answered.Text("output_text")));
        Assert.Equal(("message", "word word "), (answered.GetProperty("output")[0].Text("type"), answered.GetProperty("output")[0].GetProperty("content")[0].Text("text")));
        var given = bed.Requests.Last();
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], given.Messages.Select(message => message.Role));
        Assert.Equal(("Which one? ", "weather", "20 degrees"), (given.Messages[1].Reasoning, given.Messages[1].ToolCalls![0].Name, given.Messages[2].Content));
        Assert.NotNull(given.Constraint);
        Assert.Equal("Be brief.", bed.Requests.First().Messages[0].Content);
    }

    [Fact]
    public async Task A_thought_and_the_words_behind_it_are_one_message_and_calls_in_a_row_too()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        await port.AskAsync("""
            {"action":"responses","max_output_tokens":1,"input":[
              {"role":"user","content":"a"},
              {"type":"reasoning","content":[{"type":"reasoning_text","text":"hm"}]},
              {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]},
              {"type":"function_call","call_id":"1","name":"x","arguments":"{}"},
              {"type":"function_call","call_id":"2","name":"y","arguments":"{}"},
              {"type":"function_call_output","call_id":"1","output":"c"}]}
            """);

        var given = bed.Requests.Last().Messages;
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], given.Select(message => message.Role));
        Assert.Equal(("hm", "b"), (given[1].Reasoning, given[1].Content));
        Assert.Equal(["x", "y"], given[1].ToolCalls!.Select(call => call.Name));
    }

    [Fact]
    public async Task Deltas_come_where_they_are_asked_for()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        await port.SayAsync("""{"action":"responses","input":"Hi","stream":true,"tools":[{"type":"function","name":"weather"}]}""");
        var types = new List<string>();
        while (await port.HearAsync() is var frame && !frame.TryGetProperty("status", out _))
        {
            types.Add(frame.Text("type")!);
        }

        Assert.Equal(
            ["generationUpdate", "response.reasoning_text.delta", "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.delta"],
            types);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("""[{"type":"image"}]""")]
    [InlineData("""[{"content":"a"}]""")]
    [InlineData("""[{"type":"function_call"}]""")]
    [InlineData("""[{"type":"function_call_output","call_id":"a"}]""")]
    public async Task What_is_no_item_is_refused(string input)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        Assert.Equal("input", (await port.AskAsync($$"""{"action":"responses","input":{{input}}}""")).GetProperty("details").Text("field"));
    }
}
