namespace NativeHost.Inference.Chat;

/// <summary>One message of a conversation.</summary>
public sealed record ChatMessage(ChatRole Role, string Content);

/// <summary>Who speaks in a <see cref="ChatMessage"/>.</summary>
public enum ChatRole
{
    System,
    User,
    Assistant,
}
