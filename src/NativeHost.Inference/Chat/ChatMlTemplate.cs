using System.Text.RegularExpressions;

namespace NativeHost.Inference.Chat;

/// <summary>ChatML, the family of Qwen and many others: <c>&lt;|im_start|&gt;user\n … &lt;|im_end|&gt;\n</c>.</summary>
/// <param name="defaultSystem">What the model is told where a conversation has no system message of its own; null for nothing.</param>
/// <param name="opensThought">Whether the assistant's turn begins with a thought, as the template says.</param>
internal sealed partial class ChatMlTemplate(string? defaultSystem, bool opensThought = false) : IChatTemplate
{
    public const string Marker = "<|im_start|>";

    /// <summary>Reads from the model's template whether it tells the model something by default.</summary>
    public static ChatMlTemplate From(string jinja)
    {
        var match = DefaultSystem().Match(jinja);
        return new ChatMlTemplate(match.Success ? match.Groups["text"].Value : null, OpenThought().IsMatch(jinja));
    }

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages)
    {
        IEnumerable<ChatMessage> told = messages;
        if (defaultSystem is not null && messages is not [{ Role: ChatRole.System }, ..])
        {
            told = messages.Prepend(new ChatMessage(ChatRole.System, defaultSystem));
        }

        var parts = PromptWriter.WriteTurns(told, role => $"<|im_start|>{RoleNames.Of(role)}\n", "<|im_end|>\n");
        return opensThought && messages is not [.., { Role: ChatRole.Assistant }]
            ? [.. parts, new PromptPart("<think>\n", TextKind.Control)]
            : parts;
    }

    // The turn that is to be answered, opened with a thought by the template of QwQ and its like.
    [GeneratedRegex(@"<\|im_start\|>assistant(\\n|\n)<think>(\\n|\n)['""]")]
    private static partial Regex OpenThought();

    // A system turn that is written out in the template; \n stands there as two characters or as a line break.
    [GeneratedRegex(@"<\|im_start\|>system(\\n|\n)(?<text>[^<>{}'""\\]+)<\|im_end\|>")]
    private static partial Regex DefaultSystem();
}
