namespace NativeHost.Inference.Chat;

/// <summary>Llama 3: <c>&lt;|start_header_id|&gt;user&lt;|end_header_id|&gt;\n\n … &lt;|eot_id|&gt;</c>.</summary>
/// <param name="hasDates">Whether there is always a system turn, which starts with dates: so from version 3.1 on.</param>
internal sealed class Llama3Template(bool hasDates) : IChatTemplate
{
    public const string Marker = "<|start_header_id|>";
    public const string DatesMarker = "Cutting Knowledge Date: December 2023";

    // The date that the models' own templates fall back to without a clock. A fixed one keeps the prompt's start cached.
    private const string Dates = DatesMarker + "\nToday Date: 26 Jul 2024\n\n";

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages)
    {
        var trimmed = messages.Select(message => message with { Content = message.Content.Trim() });
        return PromptWriter.WriteTurns(
            hasDates ? WithDates([.. trimmed]) : trimmed,
            role => $"<|start_header_id|>{RoleNames.Of(role)}<|end_header_id|>\n\n",
            "<|eot_id|>");
    }

    private static IEnumerable<ChatMessage> WithDates(IReadOnlyList<ChatMessage> messages)
    {
        var hasSystem = messages is [{ Role: ChatRole.System }, ..];
        var system = hasSystem ? messages[0].Content : "";
        return messages.Skip(hasSystem ? 1 : 0).Prepend(new ChatMessage(ChatRole.System, Dates + system));
    }
}
