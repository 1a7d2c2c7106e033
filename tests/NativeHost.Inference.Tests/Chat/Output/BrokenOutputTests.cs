using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>Outputs that look like calls, that end too early, or are wrong: nothing is lost, nothing comes twice.</summary>
public class BrokenOutputTests
{
    [Theory]
    [InlineData("hermes", "Write <tool_call> and then JSON.")]
    [InlineData("hermes", "<tool_call>not JSON</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"arguments\": {}}</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"name\": 7, \"arguments\": {}}</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"name\": \"now\", ")]
    [InlineData("hermes", "<tool_call>\n{\"na")]
    [InlineData("hermes", "<tool_call>")]
    [InlineData("hermes", "<tool_ca")]
    [InlineData("hermes", "a < b <t <tool <tool_call <<tool_call> x")]
    [InlineData("hermes", "</tool_call> alone")]
    [InlineData("llama-3", "{\"name\": \"Oslo\", \"people\": 700000}")]
    [InlineData("llama-3", "{\"name\": \"now\", \"people\": 700000}")]
    [InlineData("llama-3", "{\"name\": \"nobody\", \"parameters\": {}}")]
    [InlineData("llama-3", "{\"name\": \"now\", \"parameters\": \"{}\"}")]
    [InlineData("llama-3", "{\"name\": \"now\"}")]
    [InlineData("llama-3", "{\"a very long key that is longer than any key of a call ever was, as keys go\": 1}")]
    [InlineData("llama-3", "{ x }")]
    [InlineData("llama-3", "Say {\"name\": \"now\", \"parameters\": {}}.")]
    [InlineData("python", "[get_weather](a link)")]
    [InlineData("python", "[other(x=1)]")]
    [InlineData("generic", "```json\n{\"name\": \"Oslo\"}\n```")]
    [InlineData("generic", "[1, 2]")]
    [InlineData("mistral", "[TOOL_CALLS]")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[AR")]
    [InlineData("mistral", "[TOOL_CALLS]two words[ARGS]{}")]
    [InlineData("functionary-3.2", "Python's >>> is a prompt:\n>>> print(1)\n1")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=now>text</function>")]
    [InlineData("qwen3-coder", "Use <function=name> like this.")]
    [InlineData("glm", "<tool_call>not a name</tool_call>")]
    [InlineData("gemma-3", "```tool_code\nx = 1\n```")]
    [InlineData("gemma-3", "```python\nprint(1)\n```")]
    [InlineData("lfm2", "<|tool_call_start|>nothing<|tool_call_end|>")]
    [InlineData("gemma-4", "<|tool_call>call: x<tool_call|>")]
    [InlineData("deepseek-r1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>what<｜tool▁call▁end｜>")]
    [InlineData("minimax-m3", "]<]minimax[>[<tool_call>x")]
    [InlineData("minimax-m2", "<invoke name=\"now\">x</invoke>")]
    [InlineData("atem", "I go to=nowhere.")]
    public void What_only_looks_like_a_call_is_content(string style, string output)
    {
        var folded = Folded.Parse(style, output);

        Assert.Equal(output, folded.Content);
        Assert.Empty(folded.Calls);
    }

    [Theory]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Os", "{\"place\": \"Os")]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\":", "")]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": {place: 1}}</tool_call>", "{place: 1}}")]
    [InlineData("hermes", "<tool_call>{\"arguments\": \"{no\", \"name\": \"get_weather\"}</tool_call>", "{no")]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": \"{no\"}</tool_call>", "{no")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[ARGS]{\"place\": ", "{\"place\": ")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[ARGS]", "")]
    [InlineData("llama-3", "{\"name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\"", "{\"place\": \"Oslo\"")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get_weather>\n<parameter=place>\nOs", "{\"place\": \"Os")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get_weather>\n<parameter=days>\n2", "{\"days\": 2")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get_weather>\n", "{")]
    [InlineData("glm", "<tool_call>get_weather\n<arg_key>place</arg_key>\n<arg_value>Oslo", "{\"place\": \"Oslo")]
    [InlineData("lfm2", "<|tool_call_start|>[get_weather(place=\"Oslo\", days=", "{\"place\": \"Oslo\"")]
    [InlineData("gemma-4", "<|tool_call>call:get_weather{place:<|\"|>Oslo<|\"|>,da", "{\"place\": \"Oslo\"")]
    [InlineData("minimax-m3", "]<]minimax[>[<tool_call>]<]minimax[>[<invoke name=\"get_weather\">]<]minimax[>[<place>Os", "{")]
    [InlineData("harmony", "<|channel|>commentary to=functions.get_weather<|message|>{\"place\"", "{\"place\"")]
    public void A_call_that_is_not_whole_says_so(string style, string output, string arguments)
    {
        var folded = Folded.Parse(style, output);

        Assert.Equal("", folded.Content);
        Assert.Equal([new FoldedCall("get_weather", arguments, IsComplete: false)], folded.Calls);
    }

    [Fact]
    public void Line_ends_within_json_texts_are_escaped()
    {
        var folded = Folded.Parse("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"place\": \"two\nlines\t.\"}}</tool_call>");

        Assert.Equal([new FoldedCall("get_weather", """{"place": "two\nlines\t."}""")], folded.Calls);
    }

    [Fact]
    public void A_brace_too_many_is_content_and_the_closing_tag_is_not()
    {
        var folded = Folded.Parse("hermes", "<tool_call>{\"name\": \"now\", \"arguments\": {}}}\n</tool_call> So.");

        Assert.Equal("}So.", folded.Content);
        Assert.Equal([new FoldedCall("now", "{}")], folded.Calls);
    }

    [Fact]
    public void Bytes_that_are_no_text_become_replacement_characters()
    {
        var parser = new OutputParser(new OutputFormat(Folded.Style("hermes"), null), Folded.Tools, [], "");
        var text = new StringBuilder();

        foreach (var piece in (byte[][])[[0xF0, 0x9F], [0x8C, 0xA6, (byte)'a'], [0xFF], [(byte)'b', 0xE4]])
        {
            text.AppendJoin("", parser.Write(piece).Select(delta => delta.Text));
        }

        text.AppendJoin("", parser.Finish().Select(delta => delta.Text));
        Assert.Equal("🌦a\uFFFDb\uFFFD", text.ToString());
    }

    [Fact]
    public void Arguments_are_passed_on_while_they_come()
    {
        var parser = new OutputParser(new OutputFormat(Folded.Style("hermes"), null), Folded.Tools, [], "");

        Assert.Empty(parser.Write("<tool_call>{\"name\": \"get_weather\", \"arg"u8));
        Assert.Equal([OutputDeltaKind.CallBegin, OutputDeltaKind.CallArguments], parser.Write("uments\": {\"pla"u8).Select(delta => delta.Kind));
        Assert.Equal("ce\": \"Os", Assert.Single(parser.Write("ce\": \"Os"u8)).Text);
    }

    [Fact]
    public void Ids_are_the_models_own_where_its_style_has_them_and_never_twice_the_same()
    {
        string[] IdsOf(string style, string output, params string[] taken)
        {
            var parser = new OutputParser(new OutputFormat(Folded.Style(style), null), Folded.Tools, taken, "");
            return [.. parser.Write(Encoding.UTF8.GetBytes(output)).Where(delta => delta.Id is not null).Select(delta => delta.Id!)];
        }

        var kimi = "<|tool_calls_section_begin|><|tool_call_begin|>functions.now:0<|tool_call_argument_begin|>{}<|tool_call_end|>";
        var mistral = "[TOOL_CALLS]now[CALL_ID]abc123XYZ[ARGS]{}";

        Assert.Equal(["functions.now:0"], IdsOf("kimi-k2", kimi));
        Assert.Equal(["functions.now:1"], IdsOf("kimi-k2", kimi, "functions.now:0"));
        Assert.Equal(["functions.now:2"], IdsOf("kimi-k2", kimi.Replace(":0", ":0 \" x", StringComparison.Ordinal), "functions.now:0", "functions.now:1"));
        Assert.Equal(["abc123XYZ"], IdsOf("mistral", mistral));
        Assert.Matches("^[a-zA-Z0-9]{9}$", Assert.Single(IdsOf("mistral", mistral, "abc123XYZ")));
        Assert.Matches("^call_[a-zA-Z0-9]{24}$", Assert.Single(IdsOf("hermes", "<tool_call>{\"id\": \"0\", \"name\": \"now\", \"arguments\": {}}</tool_call>")));
    }

    [Fact]
    public void An_output_full_of_marks_takes_no_time()
    {
        var parser = new OutputParser(new OutputFormat(Folded.Style("qwen3-coder"), ReasoningStyle.All[^1]), Folded.Tools, [], "");
        var output = string.Concat(Enumerable.Repeat("<tool_call>{\"x\": <function=a <think", 20_000));

        var content = string.Concat(parser.Write(Encoding.UTF8.GetBytes(output)).Select(delta => delta.Text));
        content += string.Concat(parser.Finish().Select(delta => delta.Text));

        Assert.Equal(output, content);
    }

    [Fact]
    public void Of_random_output_nothing_is_lost()
    {
        var random = new Random(7);
        foreach (var style in CallStyles.All.Append(CallStyles.Generic))
        {
            string[] words =
            [
                .. style.Texts.Where(text => text.Length > 0), "{", "}", "[", "]", "\"", ":", ",", "name", "arguments", "parameters", "get_weather", "now", " ", "\n", "1", "x", "\\", "null",
                "\"name\": \"now\"", "\"arguments\": {}", "(", ")", "=", "ü",
            ];
            for (var i = 0; i < 80; i++)
            {
                var output = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => words[random.Next(words.Length)]));
                var folded = Folded.Parse(new OutputFormat(style, null), output);

                if (folded.Calls.Count == 0 && !style.Silent.Any(output.Contains))
                {
                    Assert.Equal(output, folded.Content);
                }
            }
        }
    }
}
