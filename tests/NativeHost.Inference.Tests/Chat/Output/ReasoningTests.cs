using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>Reasoning is told apart from the answer, whoever opened it.</summary>
public class ReasoningTests
{
    private static readonly OutputFormat Think = new(Folded.Style("hermes"), ReasoningStyle.All[^1]);

    [Theory]
    [InlineData("<think>\nTwo and two.\n</think>\n\nFour.", "")]
    [InlineData("Two and two.\n</think>\n\nFour.", "<|im_start|>assistant\n<think>\n")]
    [InlineData("\nTwo and two.</think>Four.", "<|im_start|>assistant\n<think>")]
    public void Reasoning_is_opened_by_the_model_or_by_the_prompt(string output, string prompt)
    {
        var folded = Folded.Parse(Think, output, prompt: prompt);

        Assert.Equal(("Two and two.", "Four."), (folded.Reasoning, folded.Content));
    }

    [Fact]
    public void Reasoning_that_the_prompt_closed_is_over()
    {
        var folded = Folded.Parse(Think, "Four.", prompt: "<think>\n\n</think>\n\n");

        Assert.Equal(("", "Four."), (folded.Reasoning, folded.Content));
    }

    [Fact]
    public void Calls_follow_reasoning()
    {
        var folded = Folded.Parse(
            Think, "<think>I call <tool_call> now.</think>\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>");

        Assert.Equal(("I call <tool_call> now.", ""), (folded.Reasoning, folded.Content));
        Assert.Equal([new FoldedCall("now", "{}")], folded.Calls);
    }

    [Fact]
    public void An_answer_may_speak_of_the_tags()
    {
        var folded = Folded.Parse(Think, "<think>Hm.</think>Models write <think> and </think>.");

        Assert.Equal(("Hm.", "Models write <think> and </think>."), (folded.Reasoning, folded.Content));
    }

    [Fact]
    public void Reasoning_may_follow_a_call()
    {
        var folded = Folded.Parse(Think, "So.<tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>\n<think>Hm.</think>Yes.");

        Assert.Equal(("Hm.", "So.Yes."), (folded.Reasoning, folded.Content));
    }

    [Fact]
    public void Control_tokens_of_calls_end_reasoning_that_was_not_closed()
    {
        var folded = Folded.Parse(
            new OutputFormat(Folded.Style("kimi-k2"), ReasoningStyle.All[^1]),
            "<think>I call. <|tool_calls_section_begin|><|tool_call_begin|>functions.now:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>");

        Assert.Equal("I call.", folded.Reasoning);
        Assert.Equal([new FoldedCall("now", "{}")], folded.Calls);
    }

    [Theory]
    [InlineData("[THINK]", "[THINK]Hm.[/THINK]Yes.")]
    [InlineData("<seed:think>", "<seed:think>Hm.</seed:think>Yes.")]
    [InlineData("<|START_THINKING|>", "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>")]
    [InlineData("<|channel>thought\n", "<|channel>thought\nHm.\n<channel|>Yes.")]
    [InlineData("<|channel|>analysis<|message|>", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>")]
    [InlineData("<|think|>", "<|think|>Hm.<|end|><|begin|>assistant<|content|>Yes.<|end|>")]
    [InlineData(" to=self<|message|>", " to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>Yes.<|eot|>")]
    [InlineData("<|open|>think<|sep|>", "<|open|>think<|sep|>Hm.<|close|>think<|sep|><|open|>response<|sep|>Yes.<|close|>response<|sep|>")]
    [InlineData("Here are my reasoning steps:", "Here are my reasoning steps:\nHm.\n[BEGIN FINAL RESPONSE]\nYes.\n[END FINAL RESPONSE]")]
    [InlineData("<mm:think>", "<mm:think>Hm.</mm:think>Yes.")]
    [InlineData("<think>", "<think>Hm.</think><response>Yes.</response>")]
    public void Each_style_of_reasoning_is_read(string open, string output)
    {
        var folded = Folded.Parse(new OutputFormat(null, ReasoningStyle.All.First(style => style.Open == open)), output);

        Assert.Equal(("Hm.", "Yes."), (folded.Reasoning, folded.Content));
    }

    [Fact]
    public void Harmony_reasons_calls_and_speaks_in_channels()
    {
        var folded = Folded.Parse(
            new OutputFormat(Folded.Style("harmony"), ReasoningStyle.All[0]),
            "<|channel|>analysis<|message|>I need it.<|end|><|start|>assistant<|channel|>commentary<|message|>One moment.<|end|>"
            + "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"place\":\"Oslo\"}<|call|>");

        Assert.Equal(("I need it.", "One moment."), (folded.Reasoning, folded.Content));
        Assert.Equal([new FoldedCall("get_weather", """{"place":"Oslo"}""")], folded.Calls);
    }

    [Fact]
    public void The_parser_tells_what_makes_the_model_answer_now()
    {
        var parser = new OutputParser(Think, [], [], "<think>\n");

        Assert.True(parser.IsReasoning);
        Assert.Equal("Still", Assert.Single(parser.Write("Still "u8)).Text);
        Assert.True(parser.IsReasoning);
        Assert.Equal("</think>", parser.ReasoningEnd);
        Assert.Empty(parser.Write("</think>"u8));
        Assert.False(parser.IsReasoning);
        Assert.Equal(new OutputDelta(OutputDeltaKind.Content, "Four."), Assert.Single(parser.Write("\nFour."u8)));
    }

    [Fact]
    public void Reasoning_that_never_ends_is_reasoning()
    {
        var folded = Folded.Parse(Think, "<think>On and on </thi", prompt: "");

        Assert.Equal(("On and on </thi", ""), (folded.Reasoning, folded.Content));
    }
}
