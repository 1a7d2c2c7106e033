namespace NativeHost.Inference.Chat.Output;

/// <summary>How a model's output sets its reasoning apart from its answer.</summary>
/// <param name="Open">What reasoning begins with.</param>
/// <param name="Close">What it ends with.</param>
internal sealed record ReasoningStyle(string Open, string Close)
{
    /// <summary>Texts around answers that say nothing to the user, such as the names of channels.</summary>
    public IReadOnlyList<string> Silent { get; init; } = [];

    /// <summary>What a model writes between the end of its reasoning and what follows; empty where that may be nothing or empty lines.</summary>
    public string Between { get; init; } = "";

    /// <summary>What only templates of the style hold; null where <see cref="Open"/> and <see cref="Close"/> tell enough.</summary>
    public string? Sign { get; init; }

    /// <summary>The styles that are known.</summary>
    public static IReadOnlyList<ReasoningStyle> All { get; } =
    [
        // gpt-oss. What comes on the commentary channel without a recipient is for the user.
        new("<|channel|>analysis<|message|>", "<|end|>")
        {
            Between = "<|start|>assistant",
            Silent =
            [
                "<|start|>assistant<|channel|>final<|message|>", "<|start|>assistant<|channel|>commentary<|message|>", "<|channel|>final<|message|>",
                "<|channel|>commentary<|message|>", "<|start|>assistant", "<|end|>", "<|return|>",
            ],
        },
        new("<|think|>", "<|end|>") { Between = "<|begin|>assistant", Silent = ["<|begin|>assistant<|content|>", "<|content|>", "<|begin|>assistant", "<|end|>"] },
        new(" to=self<|message|>", "<|eom|>") { Between = "<|start|>assistant", Silent = [" to=user<|message|>", "<|start|>assistant", "<|eom|>", "<|eot|>"] },
        new("<|open|>think<|sep|>", "<|close|>think<|sep|>")
        {
            Silent = ["<|open|>response<|sep|>", "<|close|>response<|sep|>", "<|close|>message<|sep|>", "<|end_of_msg|>"],
        },
        new("<|START_THINKING|>", "<|END_THINKING|>") { Silent = ["<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>"] },
        new("<|channel>thought\n", "<channel|>"),
        new("<|inner_prefix|>", "<|inner_suffix|>"),
        new("[THINK]", "[/THINK]"),
        new("<seed:think>", "</seed:think>"),
        new("<mm:think>", "</mm:think>"),
        new("<think:opensource>", "</think:opensource>"),
        new("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]") { Silent = ["[END FINAL RESPONSE]"] },
        new("Here is my thought process:", "Here is my response:"),
        new("<thinking>", "</thinking>"),
        new("<reasoning>", "</reasoning>"),

        // Granite 3.3 puts its answer between tags as well.
        new("<think>", "</think>") { Silent = ["<response>", "</response>"], Sign = "<response></response>" },
        new("<think>", "</think>"),
    ];

    /// <summary>Whether a prompt ends inside reasoning that it opened itself.</summary>
    public bool IsOpenedBy(string prompt) => prompt.AsSpan().TrimEnd().EndsWith(Open.AsSpan().TrimEnd(), StringComparison.Ordinal);
}
