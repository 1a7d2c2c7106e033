using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>One page of an export: JSON lines, from anywhere to anywhere.</summary>
internal sealed class ExportPage(ConversationStore store)
{
    /// <summary>Characters after which a page is full.</summary>
    /// <remarks>
    /// As a text in a frame every quotation mark takes two bytes, and a character up to three. What is written at once is at most a
    /// message's head (about 70 KiB) and a piece of a text.
    /// </remarks>
    private const int FullLength = 192 * 1024;

    /// <summary>Bytes of a text that are written at once: in a string of a string six each at most, and one more.</summary>
    private const int PieceBytes = 16 * 1024;

    private const int MessagesAtOnce = 100;
    private const string ContentBegins = ",\"content\":\"";

    private readonly StringBuilder _text = new();

    // The messages that follow one, read together.
    private readonly Queue<Message> _ahead = new();
    private string? _aheadOf;

    /// <summary>Whether no more is to be written.</summary>
    public bool IsFull => _text.Length >= FullLength;

    public string Text => _text.ToString();

    /// <summary>How many lines ended.</summary>
    public int Lines { get; private set; }

    /// <summary>Writes on, until the page is full or the conversation's line ends.</summary>
    /// <param name="place">In the conversation.</param>
    /// <param name="conversation">Null where it has been deleted.</param>
    /// <returns>Where it stopped; between two conversations where the line has ended.</returns>
    public ExportPlace Write(StoreCaller caller, ExportPlace place, Conversation? conversation)
    {
        if (place.MessageId is null)
        {
            if (conversation is null)
            {
                return Between(place);
            }

            AppendOpen(FrameRoom.TextOf(ViewOf(conversation), ActionsJson.Default.SyncConversationView));
            _text.Append(",\"messages\":[");
        }

        while (!IsFull || place.MessageId is null)
        {
            if (place.FromByte is { } from)
            {
                place = AppendText(caller, place, from);
            }
            else if (NextOf(caller, place, conversation) is { } message)
            {
                _text.Append(place.MessageId is null ? "" : ",");
                AppendOpen(FrameRoom.TextOf(ViewOf(message), ActionsJson.Default.SyncMessageView));
                var hasReasoning = message.ReasoningBytes > 0;
                _text.Append(hasReasoning ? ",\"reasoning\":\"" : ContentBegins);
                place = place with { MessageId = message.Id, IsInReasoning = hasReasoning, FromByte = 0 };
            }
            else
            {
                _text.Append("]}\n");
                Lines++;
                return Between(place);
            }
        }

        return place;
    }

    private static ExportPlace Between(ExportPlace place) => new() { Sequence = place.Sequence };

    // A piece of a message's reasoning, or of its content, which comes behind it.
    private ExportPlace AppendText(StoreCaller caller, ExportPlace place, long from)
    {
        TextPiece? piece = null;
        try
        {
            piece = store.Messages.ReadText(caller, place.MessageId!, place.IsInReasoning ? TextKind.Reasoning : TextKind.Content, from, PieceBytes);
            _text.Append(JsonEncodedText.Encode(piece.Text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value);
        }
        catch (StorageException e) when (e.Fault == StorageFault.NotFound)
        {
            // It has been deleted since: its text ends here.
        }

        if (piece is { IsLast: false })
        {
            return place with { FromByte = piece.NextByte };
        }

        if (place.IsInReasoning)
        {
            _text.Append('"').Append(ContentBegins);
            return place with { IsInReasoning = false, FromByte = 0 };
        }

        _text.Append("\"}");
        return place with { FromByte = null };
    }

    // Null where there is no more, or another branch is shown since; then the conversation comes once more.
    private Message? NextOf(StoreCaller caller, ExportPlace place, Conversation? conversation)
    {
        if (conversation is null)
        {
            return null;
        }

        if (_ahead.Count == 0 || _aheadOf != place.MessageId)
        {
            _ahead.Clear();
            try
            {
                var query = new MessageQuery { FromStart = true, AfterId = place.MessageId, Limit = MessagesAtOnce, MaxBytes = PieceBytes };
                foreach (var message in store.Messages.Page(caller, conversation.Id, query).Messages)
                {
                    _ahead.Enqueue(message);
                }
            }
            catch (StorageException e) when (e.Fault == StorageFault.NotFound)
            {
                return null;
            }
        }

        var next = _ahead.TryDequeue(out var found) ? found : null;
        _aheadOf = next?.Id;
        return next;
    }

    // An object that goes on.
    private void AppendOpen(string json) => _text.Append(json.AsSpan(0, json.Length - 1));

    private static SyncConversationView ViewOf(Conversation conversation) => new()
    {
        Id = conversation.Id,
        UserId = ConversationUsers.Of(conversation.MetadataJson),
        Title = conversation.Title,
        Topic = conversation.Topic,
        Domain = conversation.Domain,
        IsStarred = conversation.IsStarred,
        CreatedAt = conversation.Created.ToUnixTimeMilliseconds(),
        UpdatedAt = conversation.Updated.ToUnixTimeMilliseconds(),
        Metadata = ClientJson.Read(conversation.MetadataJson),
        Settings = ClientJson.Read(conversation.SettingsJson),
    };

    // Each follows the one before it in the line.
    private static SyncMessageView ViewOf(Message message) => new()
    {
        Id = message.Id,
        ConversationId = message.ConversationId,
        Role = message.Role,
        Status = WireWord.Of(message.Status),
        CreatedAt = message.Created.ToUnixTimeMilliseconds(),
        UpdatedAt = message.Updated.ToUnixTimeMilliseconds(),
        Model = message.Model,
        Settings = ClientJson.Read(message.SettingsJson),
        PromptTokens = message.PromptTokens,
        OutputTokens = message.OutputTokens,
        Timings = ClientJson.Read(message.TimingsJson),
        StopReason = message.StopReason,
        Attachments = ClientJson.Read(message.AttachmentsJson),
        Metadata = ClientJson.Read(message.MetadataJson),
    };
}
