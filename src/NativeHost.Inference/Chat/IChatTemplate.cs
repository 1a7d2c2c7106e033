namespace NativeHost.Inference.Chat;

/// <summary>Puts a conversation into the words that a model was trained on.</summary>
internal interface IChatTemplate
{
    /// <summary>Renders the conversation up to where the model is to go on: after the head of its turn, or inside a last message of its own.</summary>
    /// <returns>The prompt, without a begin-of-text token, in parts that say what may name control tokens.</returns>
    IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages);
}

/// <summary>A part of a prompt, and where it comes from.</summary>
internal readonly record struct PromptPart(string Text, TextKind Kind);
