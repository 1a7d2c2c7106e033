using System.Text.Json;
using NativeHost.Inference.Constraints;
using NativeHost.Tests.Conversations;
using Xunit;

namespace NativeHost.Tests.Models;

/// <summary>What an answer has to look like, as clients say it.</summary>
public sealed class AnswerFormatTests
{
    public static TheoryData<string, string> Formats => new()
    {
        { """{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"integer"}}}}""", """{"kind":"schema","schema":"{\u0022type\u0022:\u0022integer\u0022}"}""" },
        { """{"response_format":{"type":"json_schema","schema":{"type":"integer"}}}""", """{"kind":"schema","schema":"{\u0022type\u0022:\u0022integer\u0022}"}""" },
        { """{"response_format":{"type":"json_object"}}""", """{"kind":"json","isObject":true}""" },
        { """{"response_format":{"type":"text"}}""", "null" },
        { """{"json_schema":{"type":"integer"}}""", """{"kind":"schema","schema":"{\u0022type\u0022:\u0022integer\u0022}"}""" },
        { """{"regex":"a|b"}""", """{"kind":"regex","pattern":"a|b"}""" },
        { """{"grammar":"root ::= \"a\""}""", """{"kind":"grammar","grammar":"root ::= \u0022a\u0022"}""" },
        { """{"choices":["yes","no"]}""", """{"kind":"choices","choices":["yes","no"]}""" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_form_reaches_the_model(string fields, string constraint)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        await port.AskRightAsync("chat_completions", Request(fields));

        var given = bed.Requests.Last().Constraint;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(constraint), JsonElement.Parse(TextOf(given))), TextOf(given));
    }

    [Theory]
    [InlineData("""{"response_format":{"type":"xml"}}""", "invalid_request", "response_format")]
    [InlineData("""{"response_format":"json"}""", "invalid_request", "response_format")]
    [InlineData("""{"response_format":{"type":"json_schema"}}""", "invalid_request", "response_format")]
    [InlineData("""{"regex":"a","choices":["b"]}""", "invalid_request", "one of")]
    [InlineData("""{"regex":"(?=a)b"}""", "constraint_invalid", "")]
    [InlineData("""{"json_schema":{"type":"object","properties":{"a":{"not":{}}}}}""", "constraint_invalid", "#/properties/a")]
    [InlineData("""{"grammar":"root ::= root \"a\""}""", "constraint_invalid", "root")]
    [InlineData("""{"choices":[]}""", "constraint_invalid", "")]
    [InlineData("""{"json_schema":{"type":"integer","minimum":2,"maximum":1}}""", "constraint_invalid", "")]
    [InlineData("""{"thinking_budget":-2}""", "invalid_request", "thinking_budget")]
    public async Task What_cannot_be_held_to_is_refused_before_a_model_is_asked(string fields, string code, string place)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var refusal = await port.AskAsync("generate", Request(fields));

        Assert.Equal(code, refusal.Text("code"));
        Assert.Contains(place, refusal.Text("message"), StringComparison.Ordinal);
        Assert.Empty(bed.Requests);
    }

    [Theory]
    [InlineData("generate", "\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]", "messages[0]")]
    [InlineData("generate", "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\\ud800\"}]}]", "messages[0]")]
    [InlineData("generate", "\"prompt\":\"a\",\"chat_template_kwargs\":{\"a\":\"\\ud800\"}", "chat_template_kwargs")]
    [InlineData("generate", "\"prompt\":\"a\",\"json_schema\":{\"enum\":[\"\\ud800\"]}", "json_schema")]
    [InlineData("generate", "\"prompt\":\"a\",\"tool_choice\":\"\\ud800\"", "tool_choice")]
    [InlineData("generate", "\"prompt\":\"a\",\"choices\":[null]", "choices")]
    [InlineData("responses", "\"input\":\"\\ud800\"", "input")]
    [InlineData("create_session", "\"tools\":[{\"name\":\"a\",\"parameters\":{\"\\ud800\":1}}]", "tools[0]")]
    public async Task Half_a_character_and_nothing_for_a_text_are_told_by_their_field(string action, string fields, string field)
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();

        var refusal = await port.AskAsync($$"""{"action":"{{action}}",{{fields}}}""");

        Assert.Equal(("invalid_request", field), (refusal.Text("code"), refusal.GetProperty("details").Text("field")));
    }

    [Fact]
    public async Task Variables_deeper_than_a_template_reads_are_refused()
    {
        await using var bed = new ChatBed();
        var port = await bed.OpenWithModelAsync();
        var deep = string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70));

        var refusal = await port.AskAsync($$"""{"action":"generate","chat_template_kwargs":{"a":{{deep}} },"prompt":"a"}""");

        Assert.Equal("chat_template_kwargs", refusal.GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task A_gap_between_two_texts_reaches_the_model_as_such()
    {
        await using var bed = new ChatBed(storesUnnamed: true);
        var port = await bed.OpenWithModelAsync();

        await port.AskRightAsync("generate", new { prompt = "def f(", suffix = "return x", settings = new { max_tokens = 1 } });
        var refusal = await port.AskAsync("generate", new { suffix = "a", messages = new[] { new { role = "user", content = "x" } } });

        Assert.Equal(("def f(", "return x"), (bed.Requests.Last().Prompt, bed.Requests.Last().Suffix));
        Assert.Equal("suffix", refusal.GetProperty("details").Text("field"));
    }

    [Fact]
    public async Task Thinking_is_bounded_and_ended_by_request()
    {
        var (started, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var bed = new ChatBed(new ScriptedLoader
        {
            BeforeToken = _ =>
            {
                started.TrySetResult();
                return gate.Task;
            },
        });
        var port = await bed.OpenWithModelAsync();

        await port.SayAsync("""{"action":"generate","requestId":"a","messages":[{"role":"user","content":"x"}],"enable_thinking":true,"thinking_budget":9,"settings":{"max_tokens":1}}""");
        var stream = (await port.HearAsync()).GetProperty("payload").Text("streamId");
        await started.Task.WaitAsync(Patience.Token);
        var told = await port.AskRightAsync("answer_now", new { streamId = stream });
        var unknown = await port.AskAsync("answer_now", new { streamId = "0000000000000000" });
        gate.SetResult();
        await port.HearFinalAsync();

        Assert.Equal(("success", "stream_not_found"), (told.Text("status"), unknown.Text("code")));
        Assert.Equal((true, 9), (bed.Requests.Last().Thinks, bed.Requests.Last().MaxReasoningTokens));
    }

    private static Dictionary<string, object> Request(string fields)
    {
        var request = new Dictionary<string, object> { ["messages"] = new[] { new { role = "user", content = "a" } }, ["max_tokens"] = 1 };
        foreach (var property in JsonElement.Parse(fields).EnumerateObject())
        {
            request[property.Name] = property.Value;
        }

        return request;
    }

    private static string TextOf(ConstraintSpec? spec) => JsonSerializer.Serialize(spec, NativeHost.Workers.WorkerJson.Default.ConstraintSpec);
}
