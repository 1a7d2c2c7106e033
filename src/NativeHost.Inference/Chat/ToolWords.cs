using NativeHost.Inference.Chat.Output;
using NativeHost.Inference.Generation;

namespace NativeHost.Inference.Chat;

/// <summary>Tells a model of tools, calls and results in words, where its template has none for them.</summary>
internal static class ToolWords
{
    private const string Gap = "\n\n";

    /// <summary>The same conversation without tools, calls and messages of tools.</summary>
    public static Conversation Instead(Conversation conversation, ToolUse use)
    {
        var messages = conversation.Messages.Select(Told).ToList();
        if (conversation.Tools.Count > 0)
        {
            var instructions = ToolInstructions.For(conversation.Tools, use == ToolUse.Required);
            if (messages is [{ Role: ChatRole.System } system, ..])
            {
                messages[0] = system with { Content = system.Content + Gap + instructions };
            }
            else
            {
                messages.Insert(0, new ChatMessage(ChatRole.System, instructions));
            }
        }

        return conversation with { Messages = messages, Tools = [] };
    }

    private static ChatMessage Told(ChatMessage message)
    {
        if (message.Role == ChatRole.Tool)
        {
            return new ChatMessage(ChatRole.User, $"<tool_response>\n{(message.Name is { } name ? name + ": " : "")}{message.Content}\n</tool_response>");
        }

        if (message.ToolCalls is not { Count: > 0 } calls)
        {
            return message;
        }

        var told = calls.Select(call => $$"""
            <tool_call>
            {"name": {{CallWriter.Quoted(call.Name)}}, "arguments": {{call.Arguments}}}
            </tool_call>
            """);
        return message with { Content = string.Join('\n', [.. message.Content.Length > 0 ? (string[])[message.Content] : [], .. told]), ToolCalls = null };
    }
}
