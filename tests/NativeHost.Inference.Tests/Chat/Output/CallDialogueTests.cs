using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>Outputs in each style, as models write them; each is parsed cut at every byte.</summary>
public class CallDialogueTests
{
    private const string Oslo = """{"place": "Oslo", "days": 2}""";

    [Theory]
    [InlineData("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}\n</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"arguments\": {\"place\": \"Oslo\", \"days\": 2}, \"name\": \"get_weather\"}</tool_call>")]
    [InlineData("hermes", "<tool_call>\n[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]\n</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": \"{\\\"place\\\": \\\"Oslo\\\", \\\"days\\\": 2}\"}</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"type\": \"function\", \"function\": {\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}}</tool_call>")]
    [InlineData("hermes", "<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}\n</tool_call>")]
    [InlineData("granite", "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]")]
    [InlineData("granite", "<|tool_call|>[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]<|/tool_call|>")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[ARGS]{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[CALL_ID]abc123XYZ[ARGS]{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("mistral-id", "[TOOL_CALLS]get_weather[CALL_ID]abc123XYZ[ARGS]{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("mistral", "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}, \"id\": \"abc123XYZ\"}]")]
    [InlineData("mistral-list", "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}, \"id\": \"abc123XYZ\"}]")]
    [InlineData("mistral-list", "[TOOL_CALLS]get_weather[ARGS]{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("llama-3", "{\"name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("llama-3", "\n{\"type\": \"function\", \"name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("llama-3", "<|python_tag|>{\"name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("llama-3", "<function=get_weather>{\"place\": \"Oslo\", \"days\": 2}</function>")]
    [InlineData("functionary-3.1", "<function=get_weather>{\"place\": \"Oslo\", \"days\": 2}</function>")]
    [InlineData("functionary-3.2", ">>>get_weather\n{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("deepseek-r1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"place\": \"Oslo\", \"days\": 2}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>")]
    [InlineData("deepseek-v3.1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{\"place\": \"Oslo\", \"days\": 2}<｜tool▁call▁end｜><｜tool▁calls▁end｜>")]
    [InlineData("deepseek-tool_calls", "<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"get_weather\">\n<｜DSML｜parameter name=\"place\" string=\"true\">Oslo</｜DSML｜parameter>\n<｜DSML｜parameter name=\"days\" string=\"false\">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>")]
    [InlineData("kimi-k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"place\": \"Oslo\", \"days\": 2}<|tool_call_end|><|tool_calls_section_end|>")]
    [InlineData("kimi-k3", "<|open|>tools<|sep|><|open|>call tool=\"get_weather\" index=\"1\"<|sep|><|open|>argument key=\"place\" type=\"string\"<|sep|>Oslo<|close|>argument<|sep|><|open|>argument key=\"days\" type=\"number\"<|sep|>2<|close|>argument<|sep|><|close|>call<|sep|><|close|>tools<|sep|>")]
    [InlineData("solar", "<|tool_calls|><|tool_call:begin|>Ab12Cd34Ef<|tool_call:name|>get_weather<|tool_call:args|>{\"place\": \"Oslo\", \"days\": 2}<|tool_call:end|><|calls|>")]
    [InlineData("harmony", "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"place\": \"Oslo\", \"days\": 2}<|call|>")]
    [InlineData("harmony", " to=functions.get_weather<|channel|>commentary json<|message|>{\"place\": \"Oslo\", \"days\": 2}<|call|>")]
    [InlineData("harmony", "<|channel|>commentary to=functions.get_weather<|message|>{\"place\": \"Oslo\", \"days\": 2}")]
    [InlineData("gemma-4", "<|tool_call>call:get_weather{place:<|\"|>Oslo<|\"|>,days:2}<tool_call|><|tool_response>")]
    [InlineData("gemma-4", "<|tool_call>call:get_weather{\"place\": \"Oslo\", \"days\": 2}<tool_call|>")]
    [InlineData("gemma-3", "```tool_code\nget_weather(place=\"Oslo\", days=2)\n```")]
    [InlineData("gemma-3", "```tool_code\nprint(get_weather(place='Oslo', days=2))\n```")]
    [InlineData("gemma-3", "```tool_code\nget_weather(\"Oslo\", 2)\n```")]
    [InlineData("lfm2", "<|tool_call_start|>[get_weather(place=\"Oslo\", days=2)]<|tool_call_end|>")]
    [InlineData("lfm2", "<|tool_call_start|>[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]<|tool_call_end|>")]
    [InlineData("python", "[get_weather(place='Oslo', days=2)]")]
    [InlineData("cohere", "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\", \"days\": 2}}\n]<|END_ACTION|>")]
    [InlineData("command-r", "Action:\n```json\n[\n    {\n        \"tool_name\": \"get_weather\",\n        \"parameters\": {\"place\": \"Oslo\", \"days\": 2}\n    }\n]```")]
    [InlineData("apertus", "<|tools_prefix|>[{\"get_weather\": {\"place\": \"Oslo\", \"days\": 2}}]<|tools_suffix|>")]
    [InlineData("tool-calls-list", "<tool_calls>[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]</tool_calls>")]
    [InlineData("minimax-m1", "<tool_calls>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}\n</tool_calls>")]
    [InlineData("nemotron", "<TOOLCALL>[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]</TOOLCALL>")]
    [InlineData("functools", " functools[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]")]
    [InlineData("gigachat-3", "<|message_sep|>\n\nfunction call<|role_sep|>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("gigachat-3.1", "<|function_call|>{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get_weather>\n<parameter=place>\nOslo\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>")]
    [InlineData("qwen3-coder", "<function=get_weather>\n<parameter=place>\nOslo\n</parameter>\n<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>")]
    [InlineData("qwen3-coder", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}\n</tool_call>")]
    [InlineData("seed-oss", "<seed:tool_call>\n<function=get_weather>\n<parameter=place>Oslo</parameter>\n<parameter=days>2</parameter>\n</function>\n</seed:tool_call>")]
    [InlineData("glm", "<tool_call>get_weather\n<arg_key>place</arg_key>\n<arg_value>Oslo</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>")]
    [InlineData("glm-compact", "<tool_call>get_weather<arg_key>place</arg_key><arg_value>Oslo</arg_value><arg_key>days</arg_key><arg_value>2</arg_value></tool_call>")]
    [InlineData("minimax-m2", "<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"place\">Oslo</parameter>\n<parameter name=\"days\">2</parameter>\n</invoke>\n</minimax:tool_call>")]
    [InlineData("minimax-m3", "]<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name=\"get_weather\">]<]minimax[>[<place>Oslo]<]minimax[>[</place>]<]minimax[>[<days>2]<]minimax[>[</days>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>")]
    [InlineData("minicpm", "<function name=\"get_weather\"><param name=\"place\">Oslo</param><param name=\"days\">2</param></function>")]
    [InlineData("atem", " to=get_weather<|message|><atem:function_calls>\n<atem:invoke name=\"get_weather\">\n<atem:parameter name=\"place\">Oslo</atem:parameter>\n<atem:parameter name=\"days\">2</atem:parameter>\n</atem:invoke>\n</atem:function_calls>")]
    [InlineData("generic", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}\n</tool_call>")]
    [InlineData("generic", "```json\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}\n```")]
    [InlineData("generic", "[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\", \"days\": 2}}]")]
    public void A_call_is_read(string style, string output)
    {
        var folded = Folded.Parse(style, output);

        Assert.Equal("", folded.Content);
        Assert.Equal([new FoldedCall("get_weather", Oslo)], folded.Calls);
    }

    [Theory]
    [InlineData("hermes", "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"now\"}\n</tool_call>")]
    [InlineData("mistral", "[TOOL_CALLS]get_weather[ARGS]{\"place\": \"Oslo\"}[TOOL_CALLS]now[ARGS]{}")]
    [InlineData("mistral", "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\"}}, {\"name\": \"now\", \"arguments\": {}}]")]
    [InlineData("llama-3", "{\"name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\"}}; {\"name\": \"now\", \"parameters\": {}}")]
    [InlineData("functionary-3.1", "<function=get_weather>{\"place\": \"Oslo\"}</function><function=now>{}</function>")]
    [InlineData("functionary-3.2", ">>>get_weather\n{\"place\": \"Oslo\"}>>>now\n{}")]
    [InlineData("deepseek-r1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{\"place\": \"Oslo\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>")]
    [InlineData("kimi-k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{\"place\": \"Oslo\"}<|tool_call_end|><|tool_call_begin|>functions.now:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>")]
    [InlineData("gemma-4", "<|tool_call>call:get_weather{place:<|\"|>Oslo<|\"|>}<tool_call|><|tool_call>call:now{}<tool_call|>")]
    [InlineData("gemma-3", "```tool_code\nget_weather(place=\"Oslo\")\nnow()\n```")]
    [InlineData("lfm2", "<|tool_call_start|>[get_weather(place=\"Oslo\"), now()]<|tool_call_end|>")]
    [InlineData("qwen3-coder", "<tool_call>\n<function=get_weather>\n<parameter=place>\nOslo\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=now>\n</function>\n</tool_call>")]
    [InlineData("glm", "<tool_call>get_weather\n<arg_key>place</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>\n<tool_call>now\n</tool_call>")]
    [InlineData("minimax-m2", "<minimax:tool_call>\n<invoke name=\"get_weather\">\n<parameter name=\"place\">Oslo</parameter>\n</invoke>\n<invoke name=\"now\">\n</invoke>\n</minimax:tool_call>")]
    [InlineData("functools", "functools[{\"name\": \"get_weather\", \"arguments\": {\"place\": \"Oslo\"}}, {\"name\": \"now\", \"arguments\": {}}]")]
    [InlineData("cohere", "<|START_ACTION|>[{\"tool_name\": \"get_weather\", \"parameters\": {\"place\": \"Oslo\"}}, {\"tool_name\": \"now\", \"parameters\": null}]<|END_ACTION|>")]
    public void Several_calls_are_read(string style, string output)
    {
        var folded = Folded.Parse(style, output);

        Assert.Equal("", folded.Content);
        Assert.Equal([new FoldedCall("get_weather", """{"place": "Oslo"}"""), new FoldedCall("now", "{}")], folded.Calls);
    }

    [Fact]
    public void Words_around_calls_are_content_without_the_space_between()
    {
        var folded = Folded.Parse("hermes", "I look it up. 🌦\n\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>\n\nDone – über alles.\n");

        Assert.Equal("I look it up. 🌦Done – über alles.\n", folded.Content);
        Assert.Equal([new FoldedCall("now", "{}")], folded.Calls);
        Assert.Equal("Content CallBegin CallArguments CallEnd Content", folded.Order);
    }

    [Fact]
    public void A_tool_that_was_not_given_is_called_all_the_same()
    {
        var folded = Folded.Parse("hermes", "<tool_call>{\"name\": \"get_stock\", \"arguments\": {\"of\": \"X\"}}</tool_call>");

        Assert.Equal([new FoldedCall("get_stock", """{"of": "X"}""")], folded.Calls);
    }

    [Fact]
    public void Without_tools_nothing_is_a_call()
    {
        var output = "<tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>";

        Assert.Equal(output, Folded.Parse("hermes", output, tools: []).Content);
    }

    [Theory]
    [InlineData("<parameter=place>\nOslo\n</parameter>", """{"place": "Oslo"}""")]
    [InlineData("<parameter=place>\n12\n</parameter>", """{"place": "12"}""")]
    [InlineData("<parameter=place>\n\n two\nlines \"quoted\"\n\n</parameter>", """{"place": "\n two\nlines \"quoted\"\n"}""")]
    [InlineData("<parameter=place>x < y </param </parameter>", """{"place": "x < y </param "}""")]
    [InlineData("<parameter=exact>\nTrue\n</parameter>", """{"exact": true}""")]
    [InlineData("<parameter=days>\nmany\n</parameter>", """{"days": "many"}""")]
    [InlineData("<parameter=code>\nnull\n</parameter>", """{"code": null}""")]
    [InlineData("<parameter=code>\n17\n</parameter>", """{"code": "17"}""")]
    [InlineData("<parameter=other>\n17\n</parameter>", """{"other": 17}""")]
    [InlineData("<parameter=other>\nseventeen\n</parameter>", """{"other": "seventeen"}""")]
    [InlineData("<parameter=parts>\n[\"a\", \"b\"]\n</parameter>\n<parameter=where>\n{\"lat\": 1}\n</parameter>", """{"parts": ["a", "b"], "where": {"lat": 1}}""")]
    public void Values_between_tags_are_what_the_tool_wants(string parameters, string arguments)
    {
        var folded = Folded.Parse("qwen3-coder", $"<tool_call>\n<function=get_weather>\n{parameters}\n</function>\n</tool_call>");

        Assert.Equal([new FoldedCall("get_weather", arguments)], folded.Calls);
    }

    [Theory]
    [InlineData("place=\"a \\\"b\\\", c)\"", """{"place": "a \"b\", c)"}""")]
    [InlineData("place='it\\'s'", """{"place": "it's"}""")]
    [InlineData("place=\"line\\nü\\u00fc\"", """{"place": "line\nüü"}""")]
    [InlineData("exact=True, code=None, limit=-1.5e3, days=1_000", """{"exact": true, "code": null, "limit": -1.5e3, "days": 1000}""")]
    [InlineData("parts=[\"a\", 'b', (1, 2)], where={'lat': 1, \"x\": {}}", """{"parts": ["a", "b", [1, 2]], "where": {"lat": 1, "x": {}}}""")]
    [InlineData("place=some + thing", """{"place": "some + thing"}""")]
    [InlineData("\"Oslo\", 3", """{"place": "Oslo", "days": 3}""")]
    [InlineData("", "{}")]
    public void Literals_become_json(string literals, string arguments)
    {
        var folded = Folded.Parse("lfm2", $"<|tool_call_start|>[get_weather({literals})]<|tool_call_end|>");

        Assert.Equal([new FoldedCall("get_weather", arguments)], folded.Calls);
    }

    [Fact]
    public void Elements_within_elements_become_objects_and_lists()
    {
        var m = "]<]minimax[>[";

        var folded = Folded.Parse("minimax-m3",
            $"{m}<tool_call>{m}<invoke name=\"get_weather\">{m}<parts>{m}<item>rain{m}</item>{m}<item>wind{m}</item>{m}</parts>"
            + $"{m}<where>{m}<lat>59.9{m}</lat>{m}<in>{m}<in>x{m}</in>{m}</in>{m}</where>{m}</invoke>{m}</tool_call>");

        Assert.Equal([new FoldedCall("get_weather", """{"parts": ["rain", "wind"], "where": {"lat": 59.9, "in": {"in": "x"}}}""")], folded.Calls);
    }

    [Fact]
    public void Command_r_may_say_that_it_calls_nothing()
    {
        var folded = Folded.Parse("command-r", "Action:\n```json\n[\n    {\n        \"tool_name\": \"directly-answer\",\n        \"parameters\": {}\n    }\n]```\nIt is warm.");

        Assert.Equal("It is warm.", folded.Content);
        Assert.Empty(folded.Calls);
    }

    [Fact]
    public void Functionary_names_the_user_as_it_names_tools()
    {
        var folded = Folded.Parse("functionary-3.2", "all\nI look.>>>now\n{}", prompt: "<|start_header_id|>assistant<|end_header_id|>\n\n>>>");

        Assert.Equal("I look.", folded.Content);
        Assert.Equal([new FoldedCall("now", "{}")], folded.Calls);
    }
}
