using NativeHost.Inference.Chat.Capabilities;
using NativeHost.Jinja;

namespace NativeHost.Inference.Chat;

/// <summary>Puts conversations into the words that a model was trained on, by the template in its file.</summary>
/// <remarks>
/// Templates refuse what their models do not know, or drop it in silence: a system message, two messages of a user in a row, a content that is a
/// text and no list of parts. So a conversation is tried in several forms, the given one first, and the first in which the model is told all
/// that was said is taken. Safe to call from any thread.
/// </remarks>
internal sealed class ChatTemplate
{
    private readonly JinjaTemplate _template;
    private readonly TemplateVariables _variables;
    private readonly TimeProvider _time;

    private ChatTemplate(JinjaTemplate template, TemplateVariables variables, TimeProvider time)
    {
        _template = template;
        _variables = variables;
        _time = time;
    }

    /// <param name="source">The Jinja text in the model's file; null where it has none.</param>
    /// <param name="tokenizer">Its texts for the begin and the end of a text are what the template writes for them.</param>
    /// <param name="time">For templates that tell the model the date.</param>
    /// <exception cref="UnsupportedTemplateException">The text is not written in the language.</exception>
    public static ChatTemplate Read(string? source, ITokenizer tokenizer, TimeProvider time)
    {
        try
        {
            var template = JinjaTemplate.Parse(BuiltInTemplates.Over(source));
            ChatTemplate With(JinjaValue noTools) => new(template, new TemplateVariables(tokenizer.BeginText, tokenizer.EndText, noTools), time);
            var usual = With(JinjaValue.None);
            return usual.TakesGreeting() ? usual : With(new JinjaList([]));
        }
        catch (JinjaException failure)
        {
            throw new UnsupportedTemplateException($"The model's chat template cannot be read: {failure.Message} A raw prompt with its words written out works.");
        }
    }

    /// <summary>Renders a conversation up to where the model is to go on: behind the head of its turn, or behind a last message of its own.</summary>
    /// <param name="capabilities">How the template wants calls, reasoning and such.</param>
    /// <returns>The prompt, perhaps without the begin-of-text token, in parts that say what may name control tokens.</returns>
    /// <exception cref="UnsupportedTemplateException">The template refuses the conversation.</exception>
    public IReadOnlyList<PromptPart> Render(Conversation conversation, ChatCapabilities capabilities)
    {
        RenderedText? unheard = null;
        JinjaException? refusal = null;
        foreach (var (form, asParts) in ConversationForms.Of(conversation))
        {
            try
            {
                if (RenderForm(form, asParts, capabilities) is { } rendering)
                {
                    if (TellsAll(conversation, rendering.Text))
                    {
                        return Parts(rendering);
                    }

                    unheard ??= rendering;
                }
            }
            catch (JinjaException failure)
            {
                refusal ??= failure;
                if (failure.Kind == JinjaErrorKind.Limit)
                {
                    break;
                }
            }
        }

        return unheard is not null ? Parts(unheard) : throw new UnsupportedTemplateException(
            $"The model's chat template refuses these messages: {refusal!.Message} Change them, or send a raw prompt with the model's words written out.");
    }

    private bool TakesGreeting()
    {
        try
        {
            RenderOnce(new Conversation([new ChatMessage(ChatRole.User, "Hello")]), asParts: false, opensAnswer: true, ChatCapabilities.None);
            return true;
        }
        catch (JinjaException)
        {
            return false;
        }
    }

    private RenderedText RenderForm(Conversation conversation, bool asParts, ChatCapabilities capabilities)
    {
        var isOpen = conversation.Messages is [.., { Role: ChatRole.Assistant, ToolCalls: null or { Count: 0 } }];
        if (!isOpen)
        {
            return RenderOnce(conversation, asParts, opensAnswer: true, capabilities);
        }

        // The template ends the turn; what it ends it with comes off again.
        var begun = conversation.Messages[^1].Content;
        if (begun.Length > 0 && conversation.Messages.Count > 1)
        {
            var whole = RenderOnce(conversation, asParts, opensAnswer: false, capabilities);
            var at = whole.Text.LastIndexOf(begun, StringComparison.Ordinal);
            if (at >= 0 && IsWritten(whole, at))
            {
                return CutAt(whole, at + begun.Length);
            }
        }

        // It shows the text in another form, or trims it: the text goes behind the head of a turn.
        var before = conversation with { Messages = [.. conversation.Messages.SkipLast(1)] };
        return before.Messages.Count == 0
            ? new RenderedText(begun, begun.Length > 0 ? [new TextRun(0, begun.Length, IsTrusted: false)] : [])
            : Append(RenderOnce(before, asParts, opensAnswer: true, capabilities), begun);
    }

    private RenderedText RenderOnce(Conversation conversation, bool asParts, bool opensAnswer, ChatCapabilities capabilities)
        => _template.Render(_variables.Of(conversation, asParts, opensAnswer, capabilities), RenderLimits.Default, _time, CancellationToken.None);

    /// <summary>Whether the text at a place is somebody's and not the template's own.</summary>
    private static bool IsWritten(RenderedText rendering, int at)
        => rendering.Runs.FirstOrDefault(run => run.Start + run.Length > at) is { Length: > 0, IsTrusted: false };

    private static RenderedText CutAt(RenderedText rendering, int end) => new(
        rendering.Text[..end],
        [.. rendering.Runs.Where(run => run.Start < end).Select(run => run with { Length = Math.Min(run.Length, end - run.Start) })]);

    private static RenderedText Append(RenderedText rendering, string text) => text.Length == 0 ? rendering : new RenderedText(
        rendering.Text + text,
        [.. rendering.Runs, new TextRun(rendering.Text.Length, text.Length, IsTrusted: false)]);

    /// <summary>Whether the system message and the last of the user stand in a prompt. Templates drop older thoughts and calls on purpose.</summary>
    private static bool TellsAll(Conversation conversation, string prompt)
    {
        var system = conversation.Messages is [{ Role: ChatRole.System } first, ..] ? first.Content : "";
        var user = conversation.Messages.LastOrDefault(message => message.Role == ChatRole.User)?.Content ?? "";
        return prompt.Contains(system.Trim(), StringComparison.Ordinal) && prompt.Contains(user.Trim(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<PromptPart> Parts(RenderedText rendering) =>
    [
        .. rendering.Runs.Select(run => new PromptPart(
            rendering.Text.Substring(run.Start, run.Length), run.IsTrusted ? TextKind.Control : TextKind.Plain)),
    ];
}
