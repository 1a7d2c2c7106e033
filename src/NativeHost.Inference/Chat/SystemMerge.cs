namespace NativeHost.Inference.Chat;

/// <summary>Puts the system message into a user's turn, for models that have no turn of its own for it.</summary>
internal static class SystemMerge
{
    private const string Gap = "\n\n";

    /// <param name="trim">What becomes of each message's text.</param>
    public static IEnumerable<ChatMessage> IntoFirstUser(IReadOnlyList<ChatMessage> messages, Func<string, string> trim) =>
        Into(messages, messages.Index().FirstOrDefault(IsUser, (-1, null!)).Index, trim);

    public static IEnumerable<ChatMessage> IntoLastUser(IReadOnlyList<ChatMessage> messages, Func<string, string> trim) =>
        Into(messages, messages.Index().LastOrDefault(IsUser, (-1, null!)).Index, trim);

    private static bool IsUser((int Index, ChatMessage Message) entry) => entry.Message.Role == ChatRole.User;

    private static IEnumerable<ChatMessage> Into(IReadOnlyList<ChatMessage> messages, int user, Func<string, string> trim)
    {
        var system = messages is [{ Role: ChatRole.System } first, ..] ? first.Content : null;
        if (system is not null && user < 0)
        {
            // Nobody to merge it into: it speaks as a user.
            yield return new ChatMessage(ChatRole.User, system);
        }

        for (var i = system is null ? 0 : 1; i < messages.Count; i++)
        {
            var content = trim(messages[i].Content);
            yield return new ChatMessage(messages[i].Role, i == user && system is not null ? system + Gap + content : content);
        }
    }
}
