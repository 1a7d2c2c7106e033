namespace NativeHost.Inference.Chat;

/// <summary>One message of a conversation.</summary>
/// <param name="Content">Its text; empty where an assistant only called tools.</param>
public sealed record ChatMessage(ChatRole Role, string Content)
{
    /// <summary>Assistant: what it thought before it answered; null where nothing is known of that.</summary>
    public string? Reasoning { get; init; }

    /// <summary>Assistant: the tools that it called; null where it called none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>Tool: which call this answers; null where that was not said.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>Tool: the tool's name. Others: the speaker's. Null where it was not said.</summary>
    public string? Name { get; init; }
}

/// <summary>Who speaks in a <see cref="ChatMessage"/>.</summary>
public enum ChatRole
{
    System,
    User,
    Assistant,

    /// <summary>The result of a tool that the assistant called.</summary>
    Tool,
}
