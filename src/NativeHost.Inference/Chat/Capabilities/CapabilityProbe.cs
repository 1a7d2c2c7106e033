using NativeHost.Inference.Chat.Output;

namespace NativeHost.Inference.Chat.Capabilities;

/// <summary>The questions that a template is asked, and what its answers mean.</summary>
internal sealed class CapabilityProbe(ProbeRenderings renderings, string source)
{
    // Words that stand in no template.
    private const string Question = "Zq7question";
    private const string Answer = "Zq7answer";
    private const string Thought = "Zq7thought";
    private const string Result = "Zq7result";
    private const string Tool = "zq7_weather";
    private const string Other = "zq7_clock";
    private const string User = $$"""{"role":"user","content":"{{Question}}"}""";
    private const string Arguments = """{"place":"Zq7town","days":3}""";
    private const string OtherArguments = """{"place":"Zq7city","days":4}""";

    private const string ToolList = $$$$"""
        [{"type":"function","function":{"name":"{{{{Tool}}}}","description":"Tells the weather.","parameters":{"type":"object",
        "properties":{"place":{"type":"string","description":"A town."},"days":{"type":"integer","description":"How many."}},"required":["place"]}}},
        {"type":"function","function":{"name":"{{{{Other}}}}","description":"Tells the time.","parameters":{"type":"object",
        "properties":{"place":{"type":"string","description":"A town."},"days":{"type":"integer","description":"How many."}},"required":["place"]}}}]
        """;

    private static readonly string[] ReasoningFields = ["reasoning_content", "thinking", "reasoning"];

    private static readonly ThinkingSwitch[] Switches =
    [
        new("enable_thinking", "true", "false"),
        new("thinking", "true", "false"),
        new("reasoning", "true", "false"),
        new("thinking_mode", "\"enabled\"", "\"disabled\""),
    ];

    private static readonly ToolDefinition[] Tools = [.. ((string[])[Tool, Other]).Select(name => new ToolDefinition(
        name, null, """{"properties":{"place":{"type":"string"},"days":{"type":"integer"}},"required":["place"]}"""))];

    public ChatCapabilities Run()
    {
        var plain = renderings.Render($"[{User}]", addGenerationPrompt: true);
        if (plain is null || !plain.Contains(Question, StringComparison.Ordinal))
        {
            return ChatCapabilities.None;
        }

        var system = renderings.Render($$"""[{"role":"system","content":"Zq7system"},{{User}}]""", addGenerationPrompt: true);
        var parts = renderings.Render($$"""[{"role":"user","content":[{"type":"text","text":"{{Question}}"}]}]""", addGenerationPrompt: true);
        var thinkingSwitch = Array.Find(Switches, Changes);
        var capabilities = AskForTools(plain, new ChatCapabilities
        {
            Renders = true,
            SystemRole = Has(system, "Zq7system"),
            AlternatingRoles = renderings.Render($"[{User},{User}]", addGenerationPrompt: true) is null,
            ContentParts = parts == plain,
            ThinkingSwitch = thinkingSwitch,
            ReasoningEfforts = Efforts(),
            ThinkingBudget = renderings.Render($"[{User}]", """{"thinking_budget":512}""", addGenerationPrompt: true) is { } budget && budget != plain,
        });
        var (field, reasoning) = FindReasoning(capabilities);
        return capabilities with
        {
            ReasoningField = field,
            OpensReasoning = reasoning?.IsOpenedBy(plain) == true,
            Output = new OutputFormat(capabilities.Output.Calls, reasoning),
        };
    }

    private static bool Has(string? text, string word) => text?.Contains(word, StringComparison.Ordinal) == true;

    private bool Changes(ThinkingSwitch one)
    {
        string? With(string value) => renderings.Render($"[{User}]", $$"""{"{{one.Variable}}":{{value}}}""", addGenerationPrompt: true);
        return With(one.On) is { } on && With(one.Off) is { } off && on != off;
    }

    private string[] Efforts()
    {
        string? With(string value) => renderings.Render($"[{User}]", $$"""{"reasoning_effort":"{{value}}","thinking":true}""", addGenerationPrompt: true);

        // What names any effort in the prompt checks none: then it is those that models are trained with.
        string[] names = Has(With("zq7effort"), "zq7effort") ? ["low", "medium", "high"] : ["none", "no_think", "minimal", "low", "medium", "high", "max"];
        var unknown = Has(With("zq7effort"), "zq7effort") ? null : With("zq7effort");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string[] efforts = [.. names.Where(name => With(name) is { } prompt && prompt != unknown && (seen.Add(prompt) || true))];
        return unknown is null && seen.Count < 2 ? [] : efforts;
    }

    private ChatCapabilities AskForTools(string plain, ChatCapabilities capabilities)
    {
        var tools = $$"""{"tools":{{ToolList}}}""";
        var functions = $$"""{"functions":"{{CallWriter.Escaped(ToolList)}}"}""";
        var withTools = renderings.Render($"[{User}]", tools, addGenerationPrompt: true);
        var asFunctions = !Has(withTools, Tool) && Has(renderings.Render($"[{User}]", functions, addGenerationPrompt: true), Tool);
        var variables = asFunctions ? functions : tools;
        var form = ((CallArgumentsForm[])[CallArgumentsForm.Dictionary, CallArgumentsForm.Text])
            .Where(one => RendersCall(one, variables)).Select(one => (CallArgumentsForm?)one).FirstOrDefault();
        var hasTools = !Has(plain, Tool) && (Has(withTools, Tool) || asFunctions);
        var probe = new CallStyleProbe(Tools, source);
        var one = form is null ? null : Turn([Call(Tool, Arguments, form.Value, "zq7call01")], variables);
        var two = form is null ? null : Turn([Call(Tool, Arguments, form.Value, "zq7call01"), Call(Other, OtherArguments, form.Value, "zq7call02")], variables);
        var result = renderings.Render(
            $$"""[{{User}},{{Assistant("", [Call(Tool, Arguments, form ?? CallArgumentsForm.Dictionary, "zq7call01")])}},{{ToolResult}}]""", variables, addGenerationPrompt: true);
        return capabilities with
        {
            Tools = hasTools,
            ToolsAsFunctionsText = asFunctions,
            CallArguments = form,
            ParallelCalls = two is not null && Has(two, "Zq7town") && Has(two, "Zq7city"),
            ToolResults = Has(result, Result),
            Output = new OutputFormat(
                form is not null ? probe.Find(one, Tool, Arguments) : hasTools ? probe.Guess(withTools ?? "") : null,
                null),
        };
    }

    private static string ToolResult => $$"""{"role":"tool","tool_call_id":"zq7call01","name":"{{Tool}}","content":"{{Result}}"}""";

    private static string Call(string name, string arguments, CallArgumentsForm form, string id)
    {
        var given = form == CallArgumentsForm.Dictionary ? arguments : CallWriter.Quoted(arguments);
        return $$$"""{"id":"{{{id}}}","type":"function","function":{"name":"{{{name}}}","arguments":{{{given}}}}}""";
    }

    private static string Assistant(string content, string[] calls, string? reasoningField = null)
    {
        var reasoning = reasoningField is null ? "" : $",\"{reasoningField}\":\"{Thought}\"";
        var toolCalls = calls.Length == 0 ? "" : $",\"tool_calls\":[{string.Join(',', calls)}]";
        return $$"""{"role":"assistant","content":"{{content}}"{{reasoning}}{{toolCalls}}}""";
    }

    private bool RendersCall(CallArgumentsForm form, string variables)
    {
        var turn = Turn([Call(Tool, Arguments, form, "zq7call01")], variables);

        // Given in the wrong form, arguments become a text within a text.
        return Has(turn, "Zq7town") && Has(turn, "place") && !Has(turn, "\\\"place") && !Has(turn, "{{");
    }

    /// <summary>What a template writes for calls, from where it differs from what it writes for an answer.</summary>
    private string? Turn(string[] calls, string variables)
    {
        var answered = renderings.Render($"[{User},{Assistant(Answer, [])}]", variables) ?? "";
        var whole = renderings.Render($"[{User},{Assistant("", calls)}]", variables);
        if (whole is null)
        {
            return null;
        }

        // Two marks may begin alike.
        var shared = whole.AsSpan(0, answered.AsSpan().CommonPrefixLength(whole));
        var mark = shared.LastIndexOf('<');
        return whole[(mark >= 0 && shared[mark..].IndexOfAny('>', ' ', '\n') < 0 ? mark : shared.Length)..];
    }

    private (string? Field, ReasoningStyle? Style) FindReasoning(ChatCapabilities capabilities)
    {
        // Some templates keep reasoning only where tools were called after it, some only where it is turned on.
        var on = capabilities.ThinkingSwitch is { } one ? $",\"{one.Variable}\":{one.On}" : "";
        var variables = $$"""{"tools":{{ToolList}}{{on}}}""";
        foreach (var field in ReasoningFields)
        {
            string[] call = [Call(Tool, Arguments, capabilities.CallArguments ?? CallArgumentsForm.Dictionary, "zq7call01")];
            string?[] turns =
            [
                renderings.Render($"[{User},{Assistant(Answer, [], field)}]", $$"""{"unused":0{{on}}}"""),
                renderings.Render($"[{User},{Assistant("", call, field)},{ToolResult}]", variables),
            ];
            foreach (var turn in turns.Where(turn => Has(turn, Thought)))
            {
                var text = turn![(turn!.IndexOf(Question, StringComparison.Ordinal) + Question.Length)..];
                return (field, ReasoningStyle.All.FirstOrDefault(style => Reads(style, text)) ?? StyleInSource());
            }
        }

        return (null, StyleInSource());
    }

    private bool Reads(ReasoningStyle style, string turn)
    {
        // The head of the turn is before it.
        var start = turn.IndexOf(style.Open, StringComparison.Ordinal);
        if (start < 0 || (style.Sign is not null && !Has(source, style.Sign)))
        {
            return false;
        }

        var parser = new OutputParser(new OutputFormat(null, style), [], [], "");
        var deltas = CallStyleProbe.Parse(parser, turn[start..]);
        return string.Concat(deltas.Where(delta => delta.Kind == OutputDeltaKind.Reasoning).Select(delta => delta.Text)) == Thought;
    }

    /// <summary>What the template's text speaks of, where it renders no reasoning.</summary>
    private ReasoningStyle? StyleInSource() => ReasoningStyle.All.FirstOrDefault(style =>
        Has(source, style.Sign ?? style.Close) && (Has(source, style.Open.TrimEnd()) || style.Close.StartsWith("</", StringComparison.Ordinal)));
}
