using System.Text.Json;
using System.Text.Json.Nodes;
using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Inference.Chat.Output;
using NativeHost.Jinja;
using NativeHost.Jinja.Tests.Oracle;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>What published templates write for calls is read back as those calls.</summary>
public class RoundTripTests
{
    private const string Question = "What is the weather?";

    private static readonly string[] First =
        ["get_weather", """{"place":"Oslo \"Ø\"","days":2,"exact":true,"limit":1.5,"parts":["rain","wind"],"where":{"lat":59.9,"note":"a, b) }"}}"""];

    private static readonly string[] Second = ["now", "{}"];

    [Fact]
    public async Task Calls_that_a_template_writes_are_read_back()
    {
        var templates = await ChatTemplates.AllAsync();
        var read = new List<string>();

        foreach (var (name, source) in templates)
        {
            var capabilities = ChatCapabilities.Of(source, TimeProvider.System);
            if (capabilities.CallArguments is not { } form)
            {
                continue;
            }

            Assert.True(capabilities.CallStyleName is not null, $"{name} writes calls in no style that is known.");
            string[][] calls = capabilities.ParallelCalls ? [First, Second] : [First];
            var prompt = Render(source, capabilities, null, form);
            var text = Render(source, capabilities, calls, form);

            // Where the prompt opens what the template does not keep, the turn is all behind the question.
            var follows = text.StartsWith(prompt, StringComparison.Ordinal);
            var turn = follows ? text[prompt.Length..] : text[(text.IndexOf(Question, StringComparison.Ordinal) + Question.Length)..];
            var folded = Folded.Parse(capabilities.Output, turn, prompt: follows ? prompt : "");

            Assert.True(folded.Calls.Count == calls.Length, $"{name} ({capabilities.CallStyleName}): {folded}\n{turn}");
            for (var i = 0; i < calls.Length; i++)
            {
                Assert.Equal((name, calls[i][0], true), (name, folded.Calls[i].Name, folded.Calls[i].IsComplete));
                Assert.True(
                    JsonNode.DeepEquals(JsonNode.Parse(calls[i][1]), JsonNode.Parse(folded.Calls[i].Arguments)), $"{name}: {folded.Calls[i].Arguments}\n{turn}");
            }

            read.Add(name);
        }

        Assert.True(read.Count > 55, string.Join(", ", read));
    }

    private static string Render(string source, ChatCapabilities capabilities, string[][]? calls, CallArgumentsForm form)
    {
        string Call(string[] call, int index) => $$$"""
            {"id":"call0000{{{index}}}","type":"function","function":{"name":"{{{call[0]}}}",
            "arguments":{{{(form == CallArgumentsForm.Dictionary ? call[1] : CallWriter.Quoted(call[1]))}}}}}
            """;
        var tools = $"[{string.Join(',', Folded.Tools.Select(tool => $$$"""
            {"type":"function","function":{"name":"{{{tool.Name}}}","description":"{{{tool.Description}}}","parameters":{{{tool.Parameters}}}}}
            """))}]";

        // Gemma 4's template cannot take a list of types.
        tools = tools.Replace("""["string","null"]""", "\"string\"", StringComparison.Ordinal);
        var assistant = calls is null ? "" : $$""",{"role":"assistant","content":"","tool_calls":[{{string.Join(',', calls.Select(Call))}}]}""";
        var messages = $$"""[{"role":"user","content":"{{Question}}"}{{assistant}}]""";
        var context = new JinjaDict
        {
            ["bos_token"] = JinjaString.Trusted("<s>"),
            ["eos_token"] = JinjaString.Trusted("</s>"),
            ["datetime"] = JinjaString.Trusted("today"),
            ["messages"] = JsonValues.Read(JsonDocument.Parse(messages).RootElement),
            ["tools"] = JsonValues.Read(JsonDocument.Parse(tools).RootElement),
            ["add_generation_prompt"] = calls is null ? JinjaValue.True : JinjaValue.False,
        };
        if (capabilities.ToolsAsFunctionsText)
        {
            context["functions"] = JinjaString.Untrusted(tools);
        }

        return JinjaTemplate.Parse(source).Render(context, RenderLimits.Default, TimeProvider.System, TestContext.Current.CancellationToken).Text;
    }
}
