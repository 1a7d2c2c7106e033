namespace NativeHost.Inference.Chat;

/// <summary>Mistral: <c>[INST] … [/INST] … &lt;/s&gt;</c>. Its versions differ in spaces and in where the system message goes.</summary>
internal sealed class MistralTemplate : IChatTemplate
{
    public const string Marker = "[INST]";

    private const string SystemMarker = "[SYSTEM_PROMPT]";
    private const string EndOfTurn = "</s>";

    private readonly string _systemHead;
    private readonly string _userHead;
    private readonly string _userTail;
    private readonly string _assistantHead;
    private readonly string _assistantTail;
    private readonly bool _hasSystemTurn;
    private readonly bool _systemGoesLast;

    private MistralTemplate(string jinja)
    {
        _systemHead = ContainsQuoted(jinja, "{0}[SYSTEM_PROMPT] {0}") ? SystemMarker + " " : SystemMarker;
        _userHead = jinja.Contains(" [INST] ", StringComparison.Ordinal) ? " [INST] "
            : jinja.Contains("[INST] ", StringComparison.Ordinal) ? "[INST] "
            : "[INST]";
        _userTail = jinja.Contains(" [/INST]", StringComparison.Ordinal) ? " [/INST]" : "[/INST]";
        _assistantHead = ContainsQuoted(jinja, "{0} {0} + message") ? " " : "";
        _assistantTail = ContainsQuoted(jinja, "eos_token + {0} {0}") ? EndOfTurn + " " : EndOfTurn;
        _hasSystemTurn = jinja.Contains(SystemMarker, StringComparison.Ordinal);
        _systemGoesLast = jinja.Contains("loop.last and system_message", StringComparison.Ordinal);
    }

    /// <summary>Reads the version from the model's own template.</summary>
    public static MistralTemplate From(string jinja) => new(jinja);

    public IReadOnlyList<PromptPart> Render(IReadOnlyList<ChatMessage> messages)
    {
        var turns = _hasSystemTurn ? messages
            : _systemGoesLast ? SystemMerge.IntoLastUser(messages, content => content)
            : SystemMerge.IntoFirstUser(messages, content => content);
        var writer = new PromptWriter();
        var isOpen = false;
        foreach (var turn in turns)
        {
            if (isOpen)
            {
                writer.Control(_assistantTail);
            }

            isOpen = turn.Role == ChatRole.Assistant;
            WriteTurn(writer, turn);
        }

        return writer.Parts;
    }

    private void WriteTurn(PromptWriter writer, ChatMessage turn)
    {
        var (head, tail) = turn.Role switch
        {
            ChatRole.System when _hasSystemTurn => (_systemHead, "[/SYSTEM_PROMPT]"),
            ChatRole.Assistant => (_assistantHead, ""),
            _ => (_userHead, _userTail),
        };
        writer.Control(head);
        writer.Plain(turn.Content);
        writer.Control(tail);
    }

    /// <param name="pattern">With {0} for the quotation mark, of which Jinja has two.</param>
    private static bool ContainsQuoted(string jinja, string pattern) =>
        jinja.Contains(pattern.Replace("{0}", "'", StringComparison.Ordinal), StringComparison.Ordinal)
        || jinja.Contains(pattern.Replace("{0}", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
}
