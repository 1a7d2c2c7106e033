namespace NativeHost.Inference.Chat;

/// <summary>BitNet b1.58 2B4T, as its makers talk to it: <c>User: … &lt;|eot_id|&gt;Assistant: </c>.</summary>
/// <remarks>
/// The template in the makers' GGUF file is that of another model, "Human: … BITNETAssistant:", with which this one neither answers
/// well nor ends its turn. The format is that of ChatFormat in gpu/tokenizer.py of microsoft/BitNet, and of the template beside the
/// makers' other weights, which newer files have.
/// </remarks>
internal sealed class BitNetTemplate : IChatTemplate
{
    private const string MistakenMarker = "BITNETAssistant:";
    private const string TurnEnd = "<|eot_id|>";

    /// <summary>Whether a template is the mistaken one, or the right one, which writes its roles with a capital letter.</summary>
    public static bool Recognizes(string jinja) =>
        jinja.Contains(MistakenMarker, StringComparison.Ordinal)
        || (jinja.Contains("capitalize", StringComparison.Ordinal)
            && jinja.Contains(TurnEnd, StringComparison.Ordinal)
            && jinja.Contains(HeadOf(ChatRole.Assistant), StringComparison.Ordinal));

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages) => PromptWriter.WriteTurns(
        messages.Select(message => message with { Content = message.Content.Trim() }), HeadOf, TurnEnd);

    private static string HeadOf(ChatRole role) => role switch
    {
        ChatRole.System => "System: ",
        ChatRole.User => "User: ",
        ChatRole.Assistant => "Assistant: ",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "No such role."),
    };
}
