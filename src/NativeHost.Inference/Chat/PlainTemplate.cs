namespace NativeHost.Inference.Chat;

/// <summary>For models without a template: the conversation as a script. A single message of a user stays as it is, to be continued.</summary>
internal sealed class PlainTemplate : IChatTemplate
{
    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages)
    {
        if (messages is [{ Role: ChatRole.User } only])
        {
            return [new PromptPart(only.Content, TextKind.Plain)];
        }

        var script = string.Concat(messages.Select(Line));
        var isOpen = messages is [.., { Role: ChatRole.Assistant }];
        return [new PromptPart(isOpen ? script[..^1] : script + "Assistant:", TextKind.Plain)];
    }

    private static string Line(ChatMessage message) => message.Role switch
    {
        ChatRole.User => $"User: {message.Content}\n",
        ChatRole.Assistant => $"Assistant: {message.Content}\n",
        _ => $"{message.Content}\n\n",
    };
}
