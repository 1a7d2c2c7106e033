using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Takes conversations in: an export of this host, OpenAI's JSON lines, or what the old host's database had. Importing the same again changes
/// nothing, but a conversation that was deleted since begins once more; a message that was deleted alone stays so. What cannot be kept is refused
/// record by record.
/// </summary>
[Requires(nameof(Text), nameof(Conversations), nameof(Nodes))]
internal sealed record ImportConversationsRequest : ConversationsRequest
{
    /// <summary>
    /// JSON lines, each <c>{"messages":[{"role","content"}…]}</c>, perhaps with <c>id</c>, <c>title</c> and the other fields of an export. A file
    /// that is too long for a request is sent in pieces of whole lines.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>The same as objects.</summary>
    public IReadOnlyList<ImportedConversation?>? Conversations { get; init; }

    /// <summary>
    /// The old host's nodes: <c>Chat</c>, <c>Message</c>, <c>Summary</c> and <c>Attachment</c>, as objects with a <c>type</c> or inside one of that
    /// name. Other types are not about conversations and are left out.
    /// </summary>
    public IReadOnlyList<JsonElement>? Nodes { get; init; }
}

/// <summary>A conversation with its messages.</summary>
internal sealed record ImportedConversation : SyncConversationInput
{
    /// <summary>Each follows the one before it, unless it has a <c>parent_id</c>.</summary>
    public IReadOnlyList<SyncMessageInput?>? Messages { get; init; }
}

/// <param name="Conversations">What became of the conversations.</param>
/// <param name="Messages">What became of the messages.</param>
/// <param name="Summaries">Summaries that were stored.</param>
/// <param name="Refused">Records that cannot be kept; all others were. The first 100.</param>
/// <param name="LeftOut">Nodes that are not about conversations: how many of each type, and those of more than 100 types as <c>other</c>.</param>
internal sealed record ImportConversationsReply(
    SyncCounts Conversations,
    SyncCounts Messages,
    int Summaries,
    IReadOnlyList<RefusedRecordView> Refused,
    [property: JsonPropertyName("left_out")] IReadOnlyDictionary<string, int> LeftOut) : Reply;

internal sealed class ImportConversationsHandler(UserConversations conversations, TimeProvider time)
    : IHandler<ImportConversationsRequest, ImportConversationsReply>
{
    public Task<ImportConversationsReply> HandleAsync(ImportConversationsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.Text is null && request.Conversations is null && request.Nodes is null)
        {
            throw RequestFields.Invalid("text", "send what is to be imported: text, conversations or nodes");
        }

        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var store = conversations.Open();
        var batch = new PushBatch();
        var number = 0;
        foreach (var line in request.Text?.Split('\n') ?? [])
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                AddLine(batch, store, caller, line, $"line {number}");
            }
        }

        foreach (var conversation in request.Conversations ?? [])
        {
            Add(batch, store, caller, conversation);
        }

        var nodes = new NodeImport(batch, time.GetUtcNow());
        foreach (var node in request.Nodes ?? [])
        {
            nodes.Add(node);
        }

        nodes.Finish(store, caller);
        var pushed = batch.Push(store, caller, isImport: true);
        return Task.FromResult(new ImportConversationsReply(
            pushed.Conversations, pushed.Messages, nodes.StoreSummaries(store, caller), pushed.Refused, nodes.LeftOut)
        {
            Message = conversations.TakeNotice(),
        });
    }

    private void AddLine(PushBatch batch, ConversationStore store, StoreCaller caller, string line, string name)
    {
        ImportedConversation? conversation;
        try
        {
            conversation = JsonSerializer.Deserialize(line, ActionsJson.Default.ImportedConversation);
        }
        catch (JsonException e)
        {
            batch.Refuse(name, ErrorReplies.Of(e).Message!);
            return;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in an escape.
            batch.Refuse(name, "A text in it is not valid Unicode.");
            return;
        }

        Add(batch, store, caller, conversation);
    }

    private void Add(PushBatch batch, ConversationStore store, StoreCaller caller, ImportedConversation? conversation)
    {
        var messages = conversation?.Messages ?? [];
        var id = conversation is null ? "" : conversation.Id ?? conversation.Address ?? $"import_{HashOf(messages)}";
        if (conversation is not null && conversation.Id is null && conversation.Address is null && store.Conversations.Find(caller, id) is not null)
        {
            // It has no time of its own, and would count as changed each time.
            batch.Skip(messages.Count);
            return;
        }

        var now = time.GetUtcNow();
        var begun = now;
        batch.Add(conversation, _ => id, given =>
        {
            var record = (given with { Id = id }).ToRecord(now);
            begun = record.Created ?? record.Updated;
            return record with { Created = begun, Updated = given.HasUpdated ? record.Updated : begun };
        });
        var before = NewMessage.NoParent;
        for (var index = 0; index < messages.Count; index++)
        {
            var (name, parent, at) = (messages[index]?.Name ?? $"{id}_{index}", before, begun.AddMilliseconds(index));
            batch.Add(messages[index], _ => name, given =>
            {
                _ = given.Whose ?? throw RequestFields.Invalid("role", "each message needs one, a text");
                _ = given.Text ?? throw RequestFields.Invalid("content", "each message needs one, a text");
                var record = (given with { MessageId = name, ConversationId = id, ParentId = given.Parent ?? parent }).ToRecord(at);
                return record with { Created = record.Created ?? at };
            });
            before = name;
        }
    }

    private static string HashOf(IReadOnlyList<SyncMessageInput?> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in messages)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{message?.Whose}\0{message?.Text}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
