using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Jinja.Tests.Oracle;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Capabilities;

/// <summary>What is found out about published templates is what one finds who reads them.</summary>
public class CapabilityTableTests
{
    /// <summary>
    /// Name of the template; then system role, alternating roles, parts, tools, results of tools, several calls, and how arguments are given (dictionary, text); style of
    /// calls; what reasoning begins with, the field it is read from, whether the prompt opens it, what turns it on and off; what else.
    /// </summary>
    private const string Table = """
        Apertus-8B-Instruct                            | system tools results several dictionary       | apertus                 | <|inner_prefix|> enable_thinking
        Apriel-1.6-15b-Thinker-fixed                   | system parts tools results several dictionary | tool-calls-list         | Here are my reasoning steps: reasoning_content opens
        Bielik-11B-v3.0-Instruct                       | system tools results several dictionary       | hermes                  | <think> reasoning_content enable_thinking
        ByteDance-Seed-OSS                             | system tools results several dictionary       | seed-oss                | <seed:think> reasoning_content budget
        Cohere2MoE                                     | system parts tools results several dictionary | cohere                  | <|START_THINKING|> reasoning_content opens reasoning none
        CohereForAI-c4ai-command-r-plus-tool_use       | system tools results several dictionary       | command-r               |
        CohereForAI-c4ai-command-r7b-12-2024-tool_use  | system tools results several dictionary       | cohere                  | <|START_THINKING|> reasoning_content enable_thinking
        GLM-4.6                                        | system parts tools results several dictionary | glm                     | <think> reasoning_content enable_thinking
        GLM-4.7-Flash                                  | system parts tools results several dictionary | glm-compact             | <think> reasoning_content opens enable_thinking
        GigaChat3.1-10B-A1.8B                          | system tools results dictionary               | gigachat-3.1            |
        HuggingFaceTB-SmolLM3-3B                       | system results                            |                         | <think> enable_thinking
        Kimi-K2-Thinking                               | system parts tools results several dictionary | kimi-k2                 | <think> reasoning_content
        Kimi-K3                                        | system parts tools results several dictionary | kimi-k3                 | <|open|>think<|sep|> reasoning_content opens thinking
        LFM2-8B-A1B                                    | system tools results                      | lfm2                    |
        LFM2.5-8B-A1B                                  | system parts tools results several dictionary | lfm2                    | <think> thinking
        MiniMax-M1                                     | system parts tools results several dictionary | minimax-m1              |
        MiniMax-M2                                     | system parts tools results several dictionary | minimax-m2              | <think> reasoning_content opens
        MiniMax-M3                                     | system parts tools results several dictionary | minimax-m3              | <mm:think> reasoning_content thinking_mode
        Mistral-Small-3.2-24B-Instruct-2506            | system alternating parts tools results several dictionary | mistral-id  |
        NVIDIA-Nemotron-3-Nano-30B-A3B-BF16            | system tools results several dictionary       | qwen3-coder             | <think> reasoning_content opens enable_thinking
        NVIDIA-Nemotron-Nano-v2                        | system tools results several dictionary       | nemotron                | <think> opens
        NousResearch-Hermes-3-Llama-3.1-8B-tool_use    | system tools results several dictionary       | hermes                  |
        Qwen-QwQ-32B                                   | system tools results several dictionary       | hermes                  | <think> enable_thinking
        Qwen-Qwen2.5-7B-Instruct                       | system tools results several dictionary       | hermes                  |
        Qwen-Qwen3-0.6B                                | system tools results several dictionary       | hermes                  | <think> reasoning_content enable_thinking
        Qwen3-Coder                                    | system tools results several dictionary       | qwen3-coder             |
        Qwen3.5-4B                                     | system parts tools results several dictionary | qwen3-coder             | <think> reasoning_content opens enable_thinking
        deepseek-ai-DeepSeek-R1-Distill-Llama-8B       | system results                            |                         | <think> opens
        deepseek-ai-DeepSeek-V3.1                      | system results several dictionary             | deepseek-v3.1           | <think> enable_thinking
        deepseek-ai-DeepSeek-V3.2                      | system tools results several dictionary       | deepseek-function_calls | <think> reasoning_content enable_thinking
        deepseek-ai-DeepSeek-V4                        | system tools results several dictionary       | deepseek-tool_calls     | <think> reasoning_content enable_thinking max
        fireworks-ai-llama-3-firefunction-v2           | system tools functions results several dictionary | functools           |
        google-gemma-2-2b-it                           | alternating                               |                         |
        google-gemma-4-31B-it                          | system parts tools results several dictionary | gemma-4                 | <|channel>thought reasoning_content enable_thinking
        ibm-granite-granite-3.3-2B-Instruct            | system tools results                      | granite                 | <think> thinking
        ibm-granite-granite-4.0                        | system parts tools results several dictionary | hermes                  |
        llama-cpp-deepseek-r1                          | system tools results several dictionary       | deepseek-r1             | <think> opens
        meetkai-functionary-medium-v3.1                | system tools results several dictionary       | functionary-3.1         |
        meetkai-functionary-medium-v3.2                | system tools results several text         | functionary-3.2         |
        meta-llama-Llama-3.1-8B-Instruct               | system tools results dictionary               | llama-3                 |
        meta-llama-Llama-3.2-3B-Instruct               | system tools results dictionary               | llama-3                 |
        microsoft-Phi-3.5-mini-instruct                | system                                    |                         |
        mistralai-Ministral-3-14B-Reasoning-2512       | system alternating parts tools results several dictionary | mistral     | [THINK]
        mistralai-Mistral-Nemo-Instruct-2407           | system alternating tools results several dictionary | mistral-list      |
        muse-glimmer                                   | system parts tools results several dictionary | atem                    | to=self<|message|> reasoning_content
        openai-gpt-oss-120b                            | system tools results dictionary               | harmony                 | <|channel|>analysis<|message|> thinking low medium high
        openbmb-MiniCPM5-1B                            | system tools results several dictionary       | minicpm                 | <think> reasoning_content enable_thinking
        tencent-Hy3                                    | system parts tools results several dictionary | hunyuan                 | <think:opensource> reasoning_content no_think low high
        unsloth-mistral-Devstral-Small-2507            | system parts tools results several dictionary | mistral                 |
        upstage-Solar-Open-100B                        | system tools results several dictionary       | solar                   | <|think|> reasoning minimal low
        """;

    public static TheoryData<string, string, string, string> Rows { get; } =
        [.. Table.Split('\n').Select(line => line.Split(" | ").Select(cell => cell.Trim().TrimEnd('|').Trim()).ToArray()).Select(Row)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_template_can_do_what_its_text_says(string name, string abilities, string style, string reasoning)
    {
        var folder = await ChatTemplates.FolderAsync();
        var path = Path.Combine(folder, name + ".jinja");
        Assert.SkipUnless(File.Exists(path), $"This edition of the templates has no {name}.");

        var found = ChatCapabilities.Of(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), TimeProvider.System);

        Assert.True(found.Renders);
        Assert.Equal(abilities, Abilities(found));
        Assert.Equal(style, found.CallStyleName ?? "");
        Assert.Equal(reasoning, Reasoning(found));
    }

    private static TheoryDataRow<string, string, string, string> Row(string[] cells) => new(cells[0], cells[1], cells[2], cells.Length > 3 ? cells[3] : "");

    private static string Abilities(ChatCapabilities found) => string.Join(' ', new[]
    {
        found.SystemRole ? "system" : "",
        found.AlternatingRoles ? "alternating" : "",
        found.ContentParts ? "parts" : "",
        found.Tools ? "tools" : "",
        found.ToolsAsFunctionsText ? "functions" : "",
        found.ToolResults ? "results" : "",
        found.ParallelCalls ? "several" : "",
        found.CallArguments?.ToString().ToLowerInvariant() ?? "",
    }.Where(word => word.Length > 0));

    private static string Reasoning(ChatCapabilities found) => string.Join(' ', ((string[])
    [
        found.Output.Reasoning?.Open.Trim() ?? "",
        found.ReasoningField ?? "",
        found.OpensReasoning ? "opens" : "",
        found.ThinkingSwitch?.Variable ?? "",
        .. found.ReasoningEfforts,
        found.ThinkingBudget ? "budget" : "",
    ]).Where(word => word.Length > 0));
}
