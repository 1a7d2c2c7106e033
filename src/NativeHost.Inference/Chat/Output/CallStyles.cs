using NativeHost.Inference.Chat.Output.Calls;

namespace NativeHost.Inference.Chat.Output;

/// <summary>The styles that are known, those with marks of their own first: a probe takes the first that reads a template's calls.</summary>
internal static partial class CallStyles
{
    private const string DeepSeekCalls = "<｜tool▁calls▁begin｜>";
    private const string DeepSeekCallsEnd = "<｜tool▁calls▁end｜>";
    private const string DeepSeekCall = "<｜tool▁call▁begin｜>";
    private const string DeepSeekCallEnd = "<｜tool▁call▁end｜>";

    /// <summary>Whatever a model writes that was only told about tools in words (<see cref="ToolInstructions"/>).</summary>
    public static CallStyle Generic { get; } = new("generic",
    [
        Json(["<tool_call>"], ["</tool_call>"], new("<tool_call>\n", "\n</tool_call>\n<tool_call>\n", "\n</tool_call>")),
        Json(["```json"], ["```"], new("```json\n", null, "\n```"), onlyKnown: true),
        Bare("{[", new("", null, "")),
    ]);

    /// <summary>All but the generic one.</summary>
    public static IReadOnlyList<CallStyle> All { get; } =
    [
        .. WithControlTokens(),
        .. Tagged(),
        .. WithJson(),
    ];

    private static IEnumerable<CallStyle> WithControlTokens()
    {
        // [TOOL_CALLS]name[ARGS]{…}, [TOOL_CALLS]name[CALL_ID]id[ARGS]{…}; before 2025 [TOOL_CALLS][{"name": …, "arguments": …, "id": …}].
        var named = new NamedJsonGrammar { Openers = ["[TOOL_CALLS]"], CallOpeners = ["[TOOL_CALLS]"], NameEnds = ["[ARGS]"], IdMark = "[CALL_ID]" };
        var list = Json(["[TOOL_CALLS]"], [], new("[TOOL_CALLS][", ", ", "]"));
        yield return new("mistral", [named, list]) { Ids = CallIdForm.NineLetters };
        yield return new("mistral-id", [new NamedJsonGrammar
        {
            Openers = ["[TOOL_CALLS]"],
            CallOpeners = ["[TOOL_CALLS]"],
            NameEnds = ["[ARGS]"],
            IdMark = "[CALL_ID]",
            WritesId = true,
        }, list])
        {
            Ids = CallIdForm.NineLetters,
        };
        yield return new("mistral-list", [list, named]) { Ids = CallIdForm.NineLetters };

        var fenced = new NamedJsonGrammar
        {
            Openers = [DeepSeekCalls, DeepSeekCall],
            Section = DeepSeekCalls,
            SectionCloser = DeepSeekCallsEnd,
            CallOpeners = [DeepSeekCall + "function<｜tool▁sep｜>"],
            Between = "\n",
            NameEnds = ["\n```json\n", "\n```json"],
            CallClosers = ["\n```" + DeepSeekCallEnd, "```" + DeepSeekCallEnd, DeepSeekCallEnd],
        };
        var plain = new NamedJsonGrammar
        {
            Openers = [DeepSeekCalls, DeepSeekCall],
            Section = DeepSeekCalls,
            SectionCloser = DeepSeekCallsEnd,
            CallOpeners = [DeepSeekCall],
            NameEnds = ["<｜tool▁sep｜>"],
            CallClosers = [DeepSeekCallEnd],
        };
        yield return new("deepseek-r1", [fenced, plain]);
        yield return new("deepseek-v3.1", [plain, fenced]);

        yield return new("kimi-k2", [new NamedJsonGrammar
        {
            Openers = ["<|tool_calls_section_begin|>", "<|tool_call_begin|>"],
            Section = "<|tool_calls_section_begin|>",
            SectionCloser = "<|tool_calls_section_end|>",
            CallOpeners = ["<|tool_call_begin|>"],
            NamePrefix = "functions.",
            NameIsId = true,
            NameEnds = ["<|tool_call_argument_begin|>"],
            CallClosers = ["<|tool_call_end|>"],
        }])
        {
            Ids = CallIdForm.NameAndCount,
        };

        yield return new("solar", [new NamedJsonGrammar
        {
            Openers = ["<|tool_calls|>", "<|tool_call:begin|>"],
            Section = "<|tool_calls|>",
            SectionCloser = "<|calls|>",
            CallOpeners = ["<|tool_call:begin|>"],
            IdEnd = "<|tool_call:name|>",
            NameEnds = ["<|tool_call:args|>"],
            CallClosers = ["<|tool_call:end|>"],
        }])
        {
            Ids = CallIdForm.Own,
        };

        string[] recipients =
        [
            "<|channel|>commentary to=functions.", "<|start|>assistant<|channel|>commentary to=functions.", "<|channel|>analysis to=functions.",
            "<|start|>assistant to=functions.", " to=functions.",
        ];
        yield return new("harmony", [new NamedJsonGrammar
        {
            Openers = recipients,
            CallOpeners = recipients,
            NameEnds = [" <|constrain|>json<|message|>", "<|message|>"],
            NameIsFirstWord = true,

            // What ends a call ends the output.
            IsSingle = true,
            CallClosers = ["<|call|>", "<|end|>"],
        }]);

        yield return new("gemma-4", [new ArgumentListGrammar
        {
            Openers = ["<|tool_call>"],
            CloserTexts = ["<tool_call|>"],
            NamePrefix = "call:",
            Open = '{',
            Assign = ':',
            Close = '}',
            Quotes = ["<|\"|>", "\""],
            Layout = new("<|tool_call>", "<tool_call|><|tool_call>", "<tool_call|>"),
        }])
        {
            Silent = ["<|tool_response>"],
        };

        yield return new("lfm2",
        [
            new ArgumentListGrammar
            {
                Openers = ["<|tool_call_start|>"],
                CloserTexts = ["<|tool_call_end|>"],
                Layout = new("<|tool_call_start|>[", ", ", "]<|tool_call_end|>"),
            },
            Json(["<|tool_call_start|>"], ["<|tool_call_end|>"], new("<|tool_call_start|>[", ", ", "]<|tool_call_end|>")),
        ])
        {
            Hints = ["<|tool_list_start|>", "List of tools: ["],
        };
    }

    private static IEnumerable<CallStyle> WithJson()
    {
        CallLayout OnLines(string open, string close) => new(open + "\n", "\n" + close + "\n" + open + "\n", "\n" + close);

        yield return new("functionary-3.1", [new NamedJsonGrammar
        {
            Openers = ["<function="],
            CallOpeners = ["<function="],
            NameEnds = [">"],
            CallClosers = ["</function>"],
        }]);
        yield return new("functionary-3.2", [new NamedJsonGrammar
        {
            Openers = [">>>"],
            CallOpeners = [">>>"],
            NameEnds = ["\n"],
            ContentName = "all",
        }])
        {
            PromptEnd = ">>>",
        };

        yield return new("cohere", [Json(["<|START_ACTION|>"], ["<|END_ACTION|>"],
            new("<|START_ACTION|>[\n    ", ",\n    ", "\n]<|END_ACTION|>"), "tool_name", "parameters")]);
        yield return new("command-r", [Json(["Action:\n```json", "Action: ```json", "Action:```json"], ["```"],
            new("Action:\n```json\n[\n    ", ",\n    ", "\n]```"), "tool_name", "parameters")]);
        yield return new("apertus", [new JsonCallGrammar
        {
            Openers = ["<|tools_prefix|>"],
            CloserTexts = ["<|tools_suffix|>"],
            NameIsKey = true,
            Layout = new("<|tools_prefix|>[", ", ", "]<|tools_suffix|>"),
        }]);
        yield return new("hermes",
        [
            Json(["<tool_call>"], ["</tool_call>"], OnLines("<tool_call>", "</tool_call>")),
            new NamedJsonGrammar { Openers = ["<function="], CallOpeners = ["<function="], NameEnds = [">"], CallClosers = ["</function>"] },
        ]);
        yield return new("granite", [Json(["<|tool_call|>"], ["<|/tool_call|>"], new("<|tool_call|>[", ", ", "]"))]);
        yield return new("tool-calls-list", [Json(["<tool_calls>"], ["</tool_calls>"], new("<tool_calls>[", ", ", "]</tool_calls>"))]);
        yield return new("minimax-m1", [Json(["<tool_calls>"], ["</tool_calls>"], new("<tool_calls>\n", "\n", "\n</tool_calls>"))]);
        yield return new("nemotron", [Json(["<TOOLCALL>"], ["</TOOLCALL>"], new("<TOOLCALL>[", ", ", "]</TOOLCALL>"))]);
        yield return new("functools", [Json(["functools"], [], new("functools[", ", ", "]"))]);
        string[] roles = ["<|message_sep|>\n\nfunction call<|role_sep|>\n", "function call<|role_sep|>\n"];
        yield return new("gigachat-3", [Json(roles, ["<|message_sep|>"], new(roles[0], null, ""))]);
        yield return new("gigachat-3.1", [Json(["<|function_call|>"], ["<|message_sep|>"], new("<|function_call|>", null, ""))]);
        yield return new("gemma-3", [new ArgumentListGrammar
        {
            Openers = ["```tool_code"],
            CloserTexts = ["```"],
            Layout = new("```tool_code\n", "\n", "\n```"),
        }]);
        yield return new("llama-3",
        [
            Bare("{", new("", null, ""), argumentsKey: "parameters"),
            Json(["<|python_tag|>"], [], new("<|python_tag|>", "; ", ""), argumentsKey: "parameters"),
            new NamedJsonGrammar { Openers = ["<function="], CallOpeners = ["<function="], NameEnds = [">"], CallClosers = ["</function>"] },
            new ArgumentListGrammar { Openers = ["<|python_start|>"], CloserTexts = ["<|python_end|>"], Layout = new("<|python_start|>[", ", ", "]<|python_end|>") },
        ]);
        yield return new("python", [new ArgumentListGrammar { FirstCharacters = "[", Layout = new("[", ", ", "]") }]);
    }

    private static JsonCallGrammar Json(
        IReadOnlyList<string> openers, IReadOnlyList<string> closers, CallLayout layout, string nameKey = "name", string argumentsKey = "arguments", bool onlyKnown = false) => new()
        {
            Openers = openers,
            CloserTexts = closers,
            Layout = layout,
            NameKey = nameKey,
            ArgumentsKey = argumentsKey,
            OnlyKnownTools = onlyKnown,
        };

    private static JsonCallGrammar Bare(string firstCharacters, CallLayout layout, string argumentsKey = "arguments") => new()
    {
        FirstCharacters = firstCharacters,
        Layout = layout,
        ArgumentsKey = argumentsKey,
        OnlyKnownTools = true,
    };
}
