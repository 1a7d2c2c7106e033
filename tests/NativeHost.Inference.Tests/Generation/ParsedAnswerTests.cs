using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using Xunit;

namespace NativeHost.Inference.Tests.Generation;

/// <summary>Answers of models that think and call tools, from the model's tokens to events.</summary>
public sealed class ParsedAnswerTests
{
    /// <summary>A template of the Qwen kind, in few words.</summary>
    private const string Thinker =
        "{% if tools %}<tools>{{ tools | tojson }}</tools>For each function call, return a json object within <tool_call></tool_call> tags.{% endif %}"
        + "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}{% if m.reasoning_content %}{{ '<think>' + m.reasoning_content + '</think>' }}{% endif %}{{ m.content }}"
        + "{% for c in m.tool_calls or [] %}{{ '<tool_call>\n' }}{{ {'name': c.function.name, 'arguments': c.function.arguments} | tojson }}{{ '\n</tool_call>' }}{% endfor %}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% if enable_thinking is defined and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif %}";

    private static readonly ToolDefinition Weather = new("weather", null, """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

    private readonly ByteTokenizer _tokenizer = new(["<|im_start|>", "<|im_end|>", ByteTokenizer.End, "<tool_call>", "</tool_call>"]);

    [Fact]
    public async Task Thoughts_and_calls_are_told_apart_though_their_marks_are_control_tokens()
    {
        await using var host = HostThatSays("<think>Rome?</think>\n\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call>", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { Tools = [Weather] }, CancellationToken.None));

        var call = Assert.Single(reading.Result.ToolCalls);
        Assert.Equal(("weather", """{"city": "Rome"}"""), (call.Name, call.Arguments));
        Assert.StartsWith("call_", call.Id, StringComparison.Ordinal);
        Assert.Equal(("", "Rome?"), (reading.Text, Encoding.UTF8.GetString(reading.Result.Reasoning.Span)));
        Assert.Equal(StopReason.ToolCalls, reading.Result.Stop);
        Assert.Equal(call.Arguments, Told(reading, GenerationEventKind.ToolArguments));
        Assert.Equal("Rome?", Told(reading, GenerationEventKind.Reasoning));
        Assert.InRange(reading.Result.ReasoningTokens, 5, 20);
    }

    [Fact]
    public async Task Without_tools_nothing_is_a_call_and_without_messages_nothing_a_thought()
    {
        const string Written = "<think>a</think>{\"name\": \"weather\", \"arguments\": {}}";
        await using var host = HostThatSays(Written, out var model);

        var chat = await Reading.OfAsync(host.GenerateAsync(Ask() with { Tools = [Weather], ToolUse = ToolUse.None }, CancellationToken.None));
        model.Says(Written);
        var raw = await Reading.OfAsync(host.GenerateAsync(new GenerationRequest { Prompt = "x", Sampling = new SamplingOptions { Temperature = 0 } }, CancellationToken.None));

        Assert.Equal(("{\"name\": \"weather\", \"arguments\": {}}", StopReason.EndOfTurn), (chat.Text, chat.Result.Stop));
        Assert.Equal(Written, raw.Text);
    }

    [Fact]
    public async Task A_model_that_has_thought_long_enough_is_made_to_answer()
    {
        await using var host = HostThatSays("<think>abcdefghijklmnop", out var model);
        model.Says("Four.");

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { MaxReasoningTokens = 5, MaxNewTokens = 40 }, CancellationToken.None));

        var thought = Encoding.UTF8.GetString(reading.Result.Reasoning.Span);
        Assert.StartsWith("abcd", thought, StringComparison.Ordinal);
        Assert.InRange(thought.Length, 4, 6);
        Assert.EndsWith("Four.", reading.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("</think>", reading.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_begins_to_think_again_is_ended_again_and_every_token_is_told_of()
    {
        await using var host = HostThatSays("<think>abcdefgh", out var model);
        model.Says("\n<think>abcdefgh");
        model.Says("Four.");

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { MaxReasoningTokens = 2, MaxNewTokens = 60, TopLogProbs = 0 }, CancellationToken.None));

        Assert.InRange(reading.Result.Reasoning.Length, 2, 12);
        Assert.EndsWith("Four.", reading.Text, StringComparison.Ordinal);
        Assert.Equal(reading.Result.Tokens.Count, reading.Result.LogProbs.Count);
    }

    [Fact]
    public async Task A_model_is_made_to_answer_now()
    {
        using var answer = new CancellationTokenSource();
        await using var host = HostThatSays("<think>abcdefghijklmnopqrstuvwxyz", out var model);
        model.Says("Four.");
        model.OnStep = (_, _) =>
        {
            if (model.Steps.Count == 12)
            {
                answer.Cancel();
            }

            return StepOutcome.Done;
        };

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { MaxNewTokens = 60 }, CancellationToken.None, answer.Token));

        Assert.InRange(reading.Result.Reasoning.Length, 1, 12);
        Assert.EndsWith("Four.", reading.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_holds_for_an_answer_does_not_hold_for_the_thoughts_before_it()
    {
        await using var host = HostThatSays("<think>Hm, 1 or 2?</think>\n\nno", out _);
        var request = Ask() with { Constraint = new ChoicesSpec(["yes", "no"]) };

        var reading = await Reading.OfAsync(host.GenerateAsync(request, CancellationToken.None));

        Assert.Equal(("no", "Hm, 1 or 2?"), (reading.Text, Encoding.UTF8.GetString(reading.Result.Reasoning.Span)));
        Assert.Equal(StopReason.EndOfTurn, reading.Result.Stop);
    }

    [Theory]
    [InlineData(ToolUse.Required)]
    [InlineData(ToolUse.Auto)]
    public async Task A_call_has_the_shape_of_its_tool(ToolUse use)
    {
        await using var host = HostThatSays("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"town\": \"Rome\"}}\n</tool_call>", out _);

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { Tools = [Weather], ToolUse = use, MaxNewTokens = 200 }, CancellationToken.None));

        var call = Assert.Single(reading.Result.ToolCalls);
        Assert.Equal(("weather", """{"city": "Rome"}"""), (call.Name, call.Arguments));
        Assert.Equal(StopReason.ToolCalls, reading.Result.Stop);
    }

    [Fact]
    public async Task A_call_that_must_come_may_be_thought_about_and_one_that_may_come_lets_a_thought_end_the_turn()
    {
        await using var host = HostThatSays("<think>Rome?</think>\n\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call>", out var model);

        var called = await Reading.OfAsync(host.GenerateAsync(Ask() with { Tools = [Weather], ToolUse = ToolUse.Required, MaxNewTokens = 200 }, CancellationToken.None));
        model.Says("<think>Hm" + ByteTokenizer.End);
        var ended = await Reading.OfAsync(host.GenerateAsync(Ask() with { Tools = [Weather], MaxNewTokens = 200 }, CancellationToken.None));

        Assert.Equal(("weather", "Rome?"), (Assert.Single(called.Result.ToolCalls).Name, Encoding.UTF8.GetString(called.Result.Reasoning.Span)));
        Assert.Equal((StopReason.EndOfTurn, "Hm"), (ended.Result.Stop, Encoding.UTF8.GetString(ended.Result.Reasoning.Span)));
    }

    [Fact]
    public async Task A_call_comes_where_it_must_whatever_the_model_would_say()
    {
        var template = Thinker.Replace("<think>", "", StringComparison.Ordinal).Replace("</think>", "", StringComparison.Ordinal);
        await using var host = HostThatSays("Hello! How are you?", out _, template);
        var other = Weather with { Name = "other" };

        var reading = await Reading.OfAsync(host.GenerateAsync(
            Ask() with { Tools = [other, Weather], ToolUse = ToolUse.Required, RequiredTool = "weather", MaxNewTokens = 80 }, CancellationToken.None));

        Assert.Equal("weather", Assert.Single(reading.Result.ToolCalls).Name);
        Assert.Equal("", reading.Text);
    }

    [Fact]
    public async Task A_model_without_a_way_to_call_is_told_of_tools_in_words()
    {
        const string Plain = "{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}";
        await using var host = HostThatSays("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}\n</tool_call>", out var model, Plain);
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Warm?"),
            new(ChatRole.Assistant, "") { ToolCalls = [new ToolCall("call_1", "weather", """{"city":"Oslo"}""")] },
            new(ChatRole.Tool, "-5") { ToolCallId = "call_1", Name = "weather" },
        ];

        var reading = await Reading.OfAsync(host.GenerateAsync(Ask() with { Messages = messages, Tools = [Weather] }, CancellationToken.None));

        Assert.Equal("weather", Assert.Single(reading.Result.ToolCalls).Name);
        var prompt = string.Concat(model.Sequence.Where(token => token.Id < 256).Select(token => (char)token.Id));
        Assert.Contains("\"city\":{\"type\":\"string\"}", prompt, StringComparison.Ordinal);
        Assert.Contains("""{"name": "weather", "arguments": {"city":"Oslo"}}""", prompt, StringComparison.Ordinal);
        Assert.Contains("weather: -5", prompt, StringComparison.Ordinal);
    }

    private static string Told(Reading reading, GenerationEventKind kind)
        => string.Concat(reading.Events.Where(next => next.Kind == kind).Select(next => Encoding.UTF8.GetString(next.Text.Span)));

    private static GenerationRequest Ask() => new() { Messages = [new ChatMessage(ChatRole.User, "Is it warm?")], Sampling = new SamplingOptions { Temperature = 0 } };

    private InProcessModelHost HostThatSays(string text, out ScriptedModel model, string template = Thinker)
    {
        model = new ScriptedModel(_tokenizer, template);
        model.Says(text);
        return new InProcessModelHost(model);
    }
}
