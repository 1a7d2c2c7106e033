using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;

namespace NativeHost.Sessions;

/// <summary>One answer in a conversation that may grow over its model's context; and, where it belongs to a session, what the session remembers of it.</summary>
/// <remarks>One thread at a time. A session that was entered is left with <see cref="End"/> or <see cref="Fail"/>.</remarks>
/// <param name="session">Entered; null for a conversation that the request alone has.</param>
/// <param name="request">Its messages are all of the conversation.</param>
internal sealed class DialogueTurn(ChatSession? session, GenerationRequest request, OverflowPolicy policy)
{
    private readonly int _mostTokens = request.MaxNewTokens;
    private readonly bool _isPromptOnly = request.IsPromptOnly;
    private IReadOnlyList<ChatMessage> _messages = request.Messages;

    // What there is of the answer, where it goes on in another generation; null before.
    private string? _begun;

    /// <summary>What to generate: all that is left of the conversation, and what there is of the answer.</summary>
    public GenerationRequest Request { get; private set; } = request;

    public OverflowPolicy Policy { get; } = policy;

    /// <summary>How many messages were dropped last.</summary>
    public int Dropped { get; private set; }

    /// <summary>How many are left.</summary>
    public int Kept => _messages.Count;

    /// <summary>Drops the oldest questions and answers, because the prompt does not fit.</summary>
    /// <returns>False where that is not wanted, or nothing is left to drop.</returns>
    public bool TryShorten(ContextFullException full)
    {
        var part = (double)Math.Max(1, full.Needed - full.Capacity) / full.Needed;
        return Policy != OverflowPolicy.Stop && TryDrop((long)(ChatSession.BytesOf(_messages) * part));
    }

    /// <summary>
    /// Drops the oldest question and answer in the middle of an answer, which is to go on. Not of one that has to look like something: its other
    /// half would begin anew.
    /// </summary>
    /// <returns>False where that is not wanted, or cannot be.</returns>
    public bool TryContinue(GenerationResult soFar)
    {
        var left = _mostTokens - soFar.Tokens.Count;
        if (Policy != OverflowPolicy.Shift || left < 1 || soFar.ToolCalls.Count > 0 || soFar.Text.IsEmpty || Request.Constraint is not null)
        {
            return false;
        }

        _begun = AnswerOf(soFar);
        Request = Request with { MaxNewTokens = left };
        return TryDrop(bytes: 1);
    }

    /// <summary>Lets the session remember the question and the answer, a part of one too.</summary>
    public void End(GenerationResult result)
    {
        var isEmpty = result.Text.IsEmpty && result.ToolCalls.Count == 0;
        session?.Leave(_isPromptOnly || isEmpty ? _messages :
        [
            .. WithoutBegun(),
            new ChatMessage(ChatRole.Assistant, AnswerOf(result))
            {
                Reasoning = result.Reasoning.IsEmpty ? null : Encoding.UTF8.GetString(result.Reasoning.Span),
                ToolCalls = result.ToolCalls.Count > 0 ? result.ToolCalls : null,
            },
        ]);
    }

    /// <summary>Leaves the session as it was.</summary>
    public void Fail() => session?.Leave(messages: null);

    // Where the last message is the beginning of the answer, the answer goes on from it.
    private string AnswerOf(GenerationResult result)
        => (_messages is [.., { Role: ChatRole.Assistant, ToolCalls: null } begun] ? begun.Content : "") + Encoding.UTF8.GetString(result.Text.Span);

    private IEnumerable<ChatMessage> WithoutBegun()
        => _messages is [.., { Role: ChatRole.Assistant, ToolCalls: null }] ? _messages.SkipLast(1) : _messages;

    /// <summary>Drops questions with their answers, the oldest first, until they have so many bytes; never the last question.</summary>
    private bool TryDrop(long bytes)
    {
        var left = _messages.ToList();
        var first = left.FindIndex(message => message.Role != ChatRole.System);
        var dropped = 0L;
        var end = first;
        while (first >= 0 && dropped < bytes)
        {
            var next = left.FindIndex(Math.Min(end + 1, left.Count), message => message.Role == ChatRole.User);
            if (next < 0)
            {
                break;
            }

            for (; end < next; end++)
            {
                dropped += ChatSession.BytesOf(left[end]);
            }
        }

        Dropped = Math.Max(0, end - first);
        left.RemoveRange(Math.Max(0, first), Dropped);
        _messages = left;
        Request = Request with { Messages = _begun is null ? left : [.. WithoutBegun(), new ChatMessage(ChatRole.Assistant, _begun)] };
        return Dropped > 0;
    }
}
