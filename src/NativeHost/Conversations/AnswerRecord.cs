using System.Globalization;
using System.Text;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Messages;

namespace NativeHost.Conversations;

/// <summary>An answer on its way into its conversation. It never fails: what cannot be stored is told at the end.</summary>
/// <remarks>One thread at a time. Appending remembers the text and allocates next to nothing; another thread stores it every second.</remarks>
internal sealed class AnswerRecord
{
    private readonly string _conversation;
    private readonly GrowingMessage? _answer;
    private readonly string? _question;
    private string? _reason;
    private char[] _characters = new char[256];

    /// <param name="answer">Owned from here on.</param>
    /// <param name="question">The message that it answers; null for none.</param>
    public AnswerRecord(string conversation, GrowingMessage answer, string? question)
        => (_conversation, _answer, _question) = (conversation, answer, question);

    private AnswerRecord(string conversation, string reason) => (_conversation, _reason) = (conversation, reason);

    /// <summary>Whether the answer is stored, as far as is known.</summary>
    public bool IsStored => _answer is not null;

    /// <summary>Of an answer that is not stored.</summary>
    /// <param name="reason">Why.</param>
    public static AnswerRecord None(string conversation, ErrorCode reason) => None(conversation, WireWord.Of(reason));

    /// <inheritdoc cref="None(string, ErrorCode)"/>
    public static AnswerRecord None(string conversation, string reason) => new(conversation, reason);

    /// <param name="utf8">Whole characters.</param>
    public void Append(ReadOnlySpan<byte> utf8) => Append(utf8, static (answer, text) => answer.Append(text));

    /// <summary>Adds to what the model thought before it answered.</summary>
    /// <inheritdoc cref="Append(ReadOnlySpan{byte})"/>
    public void AppendReasoning(ReadOnlySpan<byte> utf8) => Append(utf8, static (answer, text) => answer.AppendReasoning(text));

    private void Append(ReadOnlySpan<byte> utf8, Action<GrowingMessage, ReadOnlySpan<char>> append)
    {
        if (_answer is null || _reason is not null)
        {
            return;
        }

        if (_characters.Length < utf8.Length)
        {
            _characters = new char[utf8.Length * 2];
        }

        try
        {
            append(_answer, _characters.AsSpan(0, Encoding.UTF8.GetChars(utf8, _characters)));
        }
        catch (StorageException e)
        {
            // It has become too long.
            _reason = WireWord.Of(StorageErrors.CodeOf(e.Fault));
        }
    }

    /// <summary>Stores the whole answer.</summary>
    public StoredAnswer End(GenerationResult result) => End(new MessageEnding
    {
        Status = result.Stop == StopReason.Stopped ? MessageStatus.Interrupted : MessageStatus.Complete,
        PromptTokens = result.PromptTokens,
        OutputTokens = result.Tokens.Count,
        StopReason = WireWord.Of(result.Stop),
        MetadataJson = StoredToolUse.MetadataOf(result.ToolCalls),
        TimingsJson = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"time_to_first_token_ms":{{result.TimeToFirstToken.TotalMilliseconds:0.###}},"decode_ms":{{result.DecodeTime.TotalMilliseconds:0.###}}}"""),
    });

    /// <summary>Stores what there is of an answer that failed.</summary>
    /// <param name="tokens">Of it.</param>
    public void Fail(Exception failure, int tokens) => End(new MessageEnding
    {
        Status = MessageStatus.Failed,
        OutputTokens = tokens,
        MetadataJson = $$"""{"error":"{{WireWord.Of(ErrorReplies.Of(failure).Code)}}"}""",
    });

    private StoredAnswer End(MessageEnding ending)
    {
        if (_answer is null)
        {
            return new StoredAnswer(false, _reason, _conversation, null, null);
        }

        Try(() => _reason ??= _answer.End(ending) is null ? WireWord.Of(ErrorCode.ConversationNotFound) : null);

        // Where it has not ended, what there is of it is marked as interrupted: that may go wrong in the same way.
        Try(_answer.Dispose);
        return new StoredAnswer(_reason is null, _reason, _conversation, _answer.Begun.Id, _question);
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
#pragma warning disable CA1031 // Whatever goes wrong with the store does not cost the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _reason ??= WireWord.Of(ErrorReplies.Of(e).Code);
        }
    }
}

/// <summary>What became of an answer's way into its conversation.</summary>
/// <param name="IsStored">Whether all of it is on the disk.</param>
/// <param name="Reason">Why it is not; null where it is.</param>
/// <param name="MessageId">The answer's; null where there is nothing of it.</param>
/// <param name="QuestionId">Of the message that it answers; null where there is none.</param>
internal sealed record StoredAnswer(bool IsStored, string? Reason, string ConversationId, string? MessageId, string? QuestionId);
