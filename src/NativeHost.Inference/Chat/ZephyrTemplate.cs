namespace NativeHost.Inference.Chat;

/// <summary>Zephyr and TinyLlama: <c>&lt;|user|&gt;\n … &lt;/s&gt;\n</c>.</summary>
internal sealed class ZephyrTemplate : IChatTemplate
{
    public const string Marker = "<|user|>";

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages) =>
        PromptWriter.WriteTurns(messages, role => $"<|{RoleNames.Of(role)}|>\n", "</s>\n");
}
