namespace NativeHost.Inference.Chat;

/// <summary>What a chat template makes a prompt of.</summary>
/// <param name="Messages">At least one.</param>
internal sealed record Conversation(IReadOnlyList<ChatMessage> Messages)
{
    /// <summary>The tools that the model is told of; empty for none.</summary>
    public IReadOnlyList<ToolDefinition> Tools { get; init; } = [];

    /// <summary>Whether the model thinks before it answers, where its template lets one choose; null for what the template does by itself.</summary>
    public bool? Thinks { get; init; }

    /// <summary>JSON text of an object with further variables for the template, such as <c>enable_thinking</c>; null for none.</summary>
    public string? Variables { get; init; }
}
