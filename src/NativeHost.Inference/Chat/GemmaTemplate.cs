namespace NativeHost.Inference.Chat;

/// <summary>Gemma 1 to 3: <c>&lt;start_of_turn&gt;user\n … &lt;end_of_turn&gt;\n</c>. It knows no system turn: its text goes before the first user's.</summary>
internal sealed class GemmaTemplate : IChatTemplate
{
    public const string Marker = "<start_of_turn>";

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages) => PromptWriter.WriteTurns(
        SystemMerge.IntoFirstUser(messages, content => content.Trim()),
        role => role == ChatRole.Assistant ? "<start_of_turn>model\n" : "<start_of_turn>user\n",
        "<end_of_turn>\n");
}
