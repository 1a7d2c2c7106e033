using System.Text.RegularExpressions;

namespace NativeHost.Inference.Chat;

/// <summary>Zephyr and TinyLlama: <c>&lt;|user|&gt;\n … &lt;/s&gt;\n</c>.</summary>
internal sealed partial class ZephyrTemplate : IChatTemplate
{
    public const string Marker = "<|user|>";

    /// <summary>A user's turn that ends with the end token, in one expression of the template.</summary>
    [GeneratedRegex(@"<\|user\|>[^%}]*eos_token")]
    public static partial Regex UserTurn();

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages) =>
        PromptWriter.WriteTurns(messages, role => $"<|{RoleNames.Of(role)}|>\n", "</s>\n");
}
