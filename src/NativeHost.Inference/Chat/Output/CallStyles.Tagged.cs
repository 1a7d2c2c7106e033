using NativeHost.Inference.Chat.Output.Calls;

namespace NativeHost.Inference.Chat.Output;

internal static partial class CallStyles
{
    private const string MiniMaxMark = "]<]minimax[>[";

    /// <summary>Styles whose parameters stand between tags.</summary>
    private static IEnumerable<CallStyle> Tagged()
    {
        string[] kinds = ["number", "integer", "boolean", "object", "array", "null"];
        yield return new("kimi-k3", [new TaggedGrammar
        {
            Openers = ["<|open|>tools<|sep|>", "<|open|>call tool=\""],
            Sections = ["<|open|>tools<|sep|>"],
            SectionClosers = ["<|close|>tools<|sep|>"],
            Call = "<|open|>call tool=\"",
            NameEnd = "\"",
            HeadEnd = "<|sep|>",
            CallCloser = "<|close|>call<|sep|>",
            Key = "<|open|>argument key=\"",
            KeyEnds = [new("\" type=\"string\"<|sep|>", IsText: true), .. kinds.Select(kind => new KeyEnd($"\" type=\"{kind}\"<|sep|>", IsText: false))],
            ValueEnd = "<|close|>argument<|sep|>",
            Line = "",
        }]);

        foreach (var section in (string[])["function_calls", "tool_calls"])
        {
            yield return new($"deepseek-{section}", [Invoke($"<｜DSML｜{section}>", $"</｜DSML｜{section}>", "｜DSML｜",
                [new("\" string=\"true\">", IsText: true), new("\" string=\"false\">", IsText: false), new("\">")])]);
        }

        yield return new("minimax-m2", [Invoke("<minimax:tool_call>", "</minimax:tool_call>", "", [new("\">")])]);
        yield return new("minimax-m3", [new NestedTagGrammar { Openers = [MiniMaxMark + "<tool_call>"], Mark = MiniMaxMark }]);
        yield return new("atem", [Invoke("<atem:function_calls>", "</atem:function_calls>", "atem:", [new("\">")], " to=", "<|message|>")]);
        yield return new("minicpm", [new TaggedGrammar
        {
            Openers = ["<function name=\""],
            Call = "<function name=\"",
            NameEnd = "\">",
            CallCloser = "</function>",
            Key = "<param name=\"",
            KeyEnds = [new("\">")],
            ValueEnd = "</param>",
            Line = "",
        }]);

        var functions = FunctionTags("<tool_call>", "</tool_call>");
        yield return new("qwen3-coder", [functions, Json(["<tool_call>"], ["</tool_call>"], new("<tool_call>\n", "\n</tool_call>\n<tool_call>\n", "\n</tool_call>"))]);
        yield return new("seed-oss", [FunctionTags("<seed:tool_call>", "</seed:tool_call>", onLines: false)]);

        yield return new("glm", [KeysAndValues("", null, "\n")]);
        yield return new("glm-compact", [KeysAndValues("", null, "")]);
        yield return new("hunyuan", [KeysAndValues(":opensource", "tool_calls", "\n")]);
    }

    private static TaggedGrammar Invoke(
        string section, string sectionCloser, string prefix, IReadOnlyList<KeyEnd> keyEnds, string? preface = null, string? prefaceEnd = null) => new()
        {
            Openers = preface is null ? [section, $"<{prefix}invoke name=\""] : [preface, section],
            Preface = preface,
            PrefaceEnd = prefaceEnd,
            Sections = [section],
            SectionClosers = [sectionCloser],
            Call = $"<{prefix}invoke name=\"",
            NameEnd = "\">",
            CallCloser = $"</{prefix}invoke>",
            Key = $"<{prefix}parameter name=\"",
            KeyEnds = keyEnds,
            ValueEnd = $"</{prefix}parameter>",
        };

    private static TaggedGrammar FunctionTags(string section, string sectionCloser, bool onLines = true) => new()
    {
        // Models often forget the outer tag.
        Openers = [section, "<function="],
        Sections = [section],
        SectionClosers = [sectionCloser],
        SectionIsCall = true,
        Call = "<function=",
        NameEnd = ">",
        CallCloser = "</function>",
        Key = "<parameter=",
        KeyEnds = [new(">")],
        ValueEnd = "</parameter>",
        ValuesOnLines = onLines,
    };

    /// <summary>GLM's form.</summary>
    /// <param name="suffix">What is in all tags.</param>
    /// <param name="section">The tag around all calls; null where there is none.</param>
    /// <param name="line">What models write between tags.</param>
    private static TaggedGrammar KeysAndValues(string suffix, string? section, string line) => new()
    {
        Line = line,
        Openers = section is null ? [$"<tool_call{suffix}>"] : [$"<{section}{suffix}>", $"<tool_call{suffix}>"],
        Sections = section is null ? [] : [$"<{section}{suffix}>"],
        SectionClosers = section is null ? [] : [$"</{section}{suffix}>"],
        Call = $"<tool_call{suffix}>",
        NameEnd = section is null ? "" : $"<tool_sep{suffix}>",
        CallCloser = $"</tool_call{suffix}>",
        Key = $"<arg_key{suffix}>",
        KeyEnds = [new($"</arg_key{suffix}>")],
        Value = $"<arg_value{suffix}>",
        ValueEnd = $"</arg_value{suffix}>",
    };
}
