namespace NativeHost.Inference.Chat;

/// <summary>Collects a prompt's parts; neighbours of one kind become one part.</summary>
internal sealed class PromptWriter
{
    private readonly List<PromptPart> _parts = [];

    public IReadOnlyList<PromptPart> Parts => _parts;

    /// <summary>Appends the template's own text.</summary>
    public void Control(string text) => Add(text, TextKind.Control);

    /// <summary>Appends a message's text.</summary>
    public void Plain(string text) => Add(text, TextKind.Plain);

    /// <summary>
    /// Renders a template whose turns all look alike: a head, the content, a tail. A last message of the assistant stays open.
    /// </summary>
    /// <param name="head">What starts the turn of a role.</param>
    public static IReadOnlyList<PromptPart> WriteTurns(
        IEnumerable<ChatMessage> messages, Func<ChatRole, string> head, string tail)
    {
        var writer = new PromptWriter();
        var isOpen = false;
        foreach (var message in messages)
        {
            if (isOpen)
            {
                writer.Control(tail);
            }

            writer.Control(head(message.Role));
            writer.Plain(message.Content);
            isOpen = true;
            if (message.Role != ChatRole.Assistant)
            {
                writer.Control(tail);
                isOpen = false;
            }
        }

        if (!isOpen)
        {
            writer.Control(head(ChatRole.Assistant));
        }

        return writer.Parts;
    }

    private void Add(string text, TextKind kind)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (_parts.Count > 0 && _parts[^1].Kind == kind)
        {
            _parts[^1] = new PromptPart(_parts[^1].Text + text, kind);
        }
        else
        {
            _parts.Add(new PromptPart(text, kind));
        }
    }
}
