namespace NativeHost.Inference.Chat;

/// <summary>Phi-3, and this project's demo models: <c>&lt;|user|&gt;\n … &lt;|end|&gt;\n</c>.</summary>
internal sealed class PhiTemplate : IChatTemplate
{
    public const string Marker = "<|end|>";

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages) =>
        PromptWriter.WriteTurns(messages, role => $"<|{RoleNames.Of(role)}|>\n", "<|end|>\n");
}
