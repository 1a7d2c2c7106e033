using System.Text.Json;
using NativeHost.Messages;
using NativeHost.Storage;
using NativeHost.Storage.Messages;
using NativeHost.Storage.Summaries;
using NativeHost.Storage.Sync;

namespace NativeHost.Actions.Conversations;

/// <summary>Reads the nodes of the old host's database: its chats, messages, summaries and attachments. Times in it are milliseconds since 1970.</summary>
internal sealed class NodeImport(PushBatch batch, DateTimeOffset now)
{
    /// <summary>Kinds of nodes that an answer tells apart.</summary>
    private const int MostTypes = 100;

    private readonly List<JsonElement> _messages = [];
    private readonly List<JsonElement> _summaries = [];
    private readonly Dictionary<string, List<JsonElement>> _attachments = new(StringComparer.Ordinal);
    private readonly HashSet<string> _chats = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    /// <summary>How many of each type are not about conversations; those of more types than an answer has room for are "other".</summary>
    public IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <summary>Takes a node.</summary>
    public void Add(JsonElement node)
    {
        var (type, fields) = TypeOf(node);
        switch (type)
        {
            case "Chat":
                batch.Add(fields, value => TextOf(value, "id"), ChatOf);
                break;
            case "Message":
                _messages.Add(fields);
                break;
            case "Summary":
                _summaries.Add(fields);
                break;
            case "Attachment" when TextOf(fields, "message_id") is { } message:
                (_attachments.TryGetValue(message, out var list) ? list : _attachments[message] = []).Add(fields);
                break;
            default:
                var name = type is { Length: > 0 and <= 64 } ? type : "unknown";
                name = _leftOut.Count < MostTypes || _leftOut.ContainsKey(name) ? name : "other";
                _leftOut[name] = _leftOut.GetValueOrDefault(name) + 1;
                break;
        }
    }

    /// <summary>Gives the batch the messages, when all nodes are known, and a conversation to those that had none: the host wrote messages alone.</summary>
    public void Finish(ConversationStore store, StoreCaller caller)
    {
        foreach (var message in _messages)
        {
            batch.Add(message, value => TextOf(value, "id"), MessageOf);
        }

        foreach (var (chat, first) in _messages.Where(message => TextOf(message, "chat_id") is { Length: > 0 })
            .GroupBy(message => TextOf(message, "chat_id")!)
            .Select(group => (group.Key, group.Min(BeginOf)))
            .Where(chat => !_chats.Contains(chat.Key) && store.Conversations.Find(caller, chat.Key) is null))
        {
            batch.Add(chat, id => id, id => new SyncConversation(id, first) { Created = first });
        }
    }

    /// <summary>Stores the summaries, when the conversations are.</summary>
    /// <returns>How many.</returns>
    public int StoreSummaries(ConversationStore store, StoreCaller caller)
    {
        var stored = 0;
        foreach (var summary in _summaries)
        {
            try
            {
                store.Summaries.Put(caller, Required(summary, "chat_id"), new NewSummary(Required(summary, "content"))
                {
                    Id = Required(summary, "id"),
                    MessageIds = Find(summary, "message_ids") is { ValueKind: JsonValueKind.Array } ids ? [.. ids.EnumerateArray().Select(id => id.GetString() ?? "")] : [],
                    MetadataJson = MetadataOf(summary),
                });
                stored++;
            }
            catch (Exception e) when (e is RequestException or InvalidOperationException
                or StorageException { Fault: StorageFault.NotFound or StorageFault.Conflict or StorageFault.InvalidValue })
            {
                _leftOut["Summary"] = _leftOut.GetValueOrDefault("Summary") + 1;
            }
        }

        return stored;
    }

    // {"type":"Chat","id":…}, or {"Chat":{"id":…}}
    private static (string? Type, JsonElement Fields) TypeOf(JsonElement node)
    {
        if (node.ValueKind != JsonValueKind.Object)
        {
            return (null, default);
        }

        if ((TextOf(node, "type") ?? TextOf(node, "node_type")) is { } type)
        {
            return (type, node);
        }

        var members = node.EnumerateObject().Take(2).ToList();
        return members is [{ Value.ValueKind: JsonValueKind.Object } only] ? (only.Name, only.Value) : (null, node);
    }

    private SyncConversation ChatOf(JsonElement node)
    {
        var id = Required(node, "id");
        var created = WireTime.Of(Find(node, "created_at") ?? default, "created_at");
        var chat = new SyncConversation(id, WireTime.Of(Find(node, "updated_at") ?? default, "updated_at") ?? created ?? now)
        {
            Title = TextOf(node, "title"),
            Topic = TextOf(node, "topic"),
            Created = created,
            MetadataJson = MetadataOf(node),
        };

        // Last: the messages of one that cannot be read get a conversation without a title.
        _chats.Add(id);
        return chat;
    }

    private SyncMessage MessageOf(JsonElement node)
    {
        var id = Required(node, "id");
        var written = TimeOrNow(node);
        return new SyncMessage(id, Required(node, "chat_id"), written)
        {
            Role = Required(node, "sender"),
            Content = Required(node, "text_content"),
            Status = MessageStatus.Complete,
            Created = written,
            MetadataJson = MetadataOf(node),
            AttachmentsJson = _attachments.TryGetValue(id, out var attachments)
                ? ClientJson.List(JsonElement.Parse($"[{string.Join(',', attachments.Select(attachment => attachment.GetRawText()))}]"), "attachments")
                : null,
        };
    }

    // A message that is refused for its time does not cost the others.
    private DateTimeOffset BeginOf(JsonElement node)
    {
        try
        {
            return TimeOrNow(node);
        }
        catch (RequestException)
        {
            return now;
        }
    }

    private DateTimeOffset TimeOrNow(JsonElement node) => WireTime.Of(Find(node, "timestamp") ?? default, "timestamp") ?? now;

    // An object, or one as a text.
    private static string? MetadataOf(JsonElement node)
    {
        if (Find(node, "metadata") is not { } metadata || metadata.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (metadata.ValueKind != JsonValueKind.String)
        {
            return ClientJson.Object(metadata, "metadata");
        }

        try
        {
            return TextOf(node, "metadata") is { Length: > 0 } text ? ClientJson.Object(JsonElement.Parse(text), "metadata") : null;
        }
        catch (JsonException)
        {
            throw RequestFields.Invalid("metadata", "it is an object, or one as a text");
        }
    }

    private static JsonElement? Find(JsonElement node, string field)
        => node.ValueKind == JsonValueKind.Object && node.TryGetProperty(field, out var value) ? value : null;

    private static string Required(JsonElement node, string field)
        => TextOf(node, field) ?? throw RequestFields.Invalid(field, "it is required, a text");

    private static string? TextOf(JsonElement node, string field)
    {
        try
        {
            return Find(node, field) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape.
            return null;
        }
    }
}
