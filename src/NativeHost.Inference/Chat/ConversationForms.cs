namespace NativeHost.Inference.Chat;

/// <summary>The forms that one conversation can be put in without a word lost, for templates that do not take all of them.</summary>
internal static class ConversationForms
{
    private const string Gap = "\n\n";

    /// <returns>The given form first; each with whether contents are lists of parts.</returns>
    public static IEnumerable<(Conversation Conversation, bool AsParts)> Of(Conversation given)
    {
        foreach (var asParts in (bool[])[false, true])
        {
            yield return (given, asParts);

            var merged = given with { Messages = SystemIntoFirstUser(given.Messages) };
            if (merged.Messages.Count != given.Messages.Count || merged.Messages[0].Role != given.Messages[0].Role)
            {
                yield return (merged, asParts);
            }

            foreach (var form in (Conversation[])[given, merged])
            {
                var joined = form with { Messages = NeighboursJoined(form.Messages) };
                if (joined.Messages.Count != form.Messages.Count)
                {
                    yield return (joined, asParts);
                }
            }
        }
    }

    /// <summary>The system message in front of the first user's; where there is no user it speaks as one.</summary>
    private static IReadOnlyList<ChatMessage> SystemIntoFirstUser(IReadOnlyList<ChatMessage> messages)
    {
        if (messages is not [{ Role: ChatRole.System } system, ..])
        {
            return messages;
        }

        List<ChatMessage> rest = [.. messages.Skip(1)];
        var user = rest.FindIndex(message => message.Role == ChatRole.User);
        if (user < 0)
        {
            rest.Insert(0, new ChatMessage(ChatRole.User, system.Content));
        }
        else
        {
            rest[user] = rest[user] with { Content = system.Content + Gap + rest[user].Content };
        }

        return rest;
    }

    /// <summary>Messages of one user, or of one assistant, in a row become one; calls of tools and their results stay apart.</summary>
    private static List<ChatMessage> NeighboursJoined(IReadOnlyList<ChatMessage> messages)
    {
        var joined = new List<ChatMessage>();
        foreach (var message in messages)
        {
            if (joined.Count > 0 && IsText(message) && IsText(joined[^1]) && joined[^1].Role == message.Role)
            {
                joined[^1] = joined[^1] with { Content = joined[^1].Content + Gap + message.Content };
            }
            else
            {
                joined.Add(message);
            }
        }

        return joined;
    }

    private static bool IsText(ChatMessage message) => message.Role != ChatRole.Tool && message.ToolCalls is null or { Count: 0 };
}
