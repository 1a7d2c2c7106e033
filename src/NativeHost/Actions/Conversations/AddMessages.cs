using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Adds messages to a conversation, all or none, each behind the one before it. An edit is a message that follows what the old one followed
/// (<c>parent_id</c>, or <c>replaces</c>): it begins a branch beside it, and the old one stays.
/// </summary>
[Requires(nameof(ConversationId))]
internal sealed record AddMessagesRequest : ConversationAddressed
{
    /// <summary>At most 200.</summary>
    public required IReadOnlyList<AddedMessage?> Messages { get; init; }

    /// <summary>Begins the conversation where it is not there.</summary>
    public bool Create { get; init; }
}

/// <summary>A message that is added.</summary>
internal sealed record AddedMessage : MessageInput
{
    /// <summary>A message that it is another version of: it takes a place beside it, behind the same one. Instead of <c>parent_id</c>.</summary>
    public string? Replaces { get; init; }
}

/// <param name="Messages">
/// As they are stored. An answer has to fit into a frame, so their texts may be cut; where that is not enough, they come without what the request
/// says of them, and the <c>role</c> is empty.
/// </param>
/// <param name="Count">How many there are.</param>
internal sealed record AddMessagesReply(IReadOnlyList<MessageView> Messages, int Count) : Reply;

internal sealed class AddMessagesHandler(UserConversations conversations) : IHandler<AddMessagesRequest, AddMessagesReply>
{
    private const int MostMessages = 200;

    public Task<AddMessagesReply> HandleAsync(AddMessagesRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var id = request.RequireAddress();
        if (request.Messages.Count is 0 or > MostMessages)
        {
            throw RequestFields.Invalid("messages", $"a request has 1 to {MostMessages}");
        }

        var store = conversations.Open();
        List<NewMessage> added = [.. request.Messages.Select(message => NewOf(message, store, caller))];
        var stored = store.Messages.Add(caller, id, added, request.Create);
        return Task.FromResult(new AddMessagesReply(ViewsOf(stored, request), stored.Count) { Message = conversations.TakeNotice() });
    }

    private static NewMessage NewOf(AddedMessage? message, ConversationStore store, StoreCaller caller)
    {
        var added = (message ?? throw RequestFields.Invalid("messages", "each is an object with role and content")).ToNew();
        return string.IsNullOrEmpty(message.Replaces)
            ? added
            : added with
            {
                ParentId = (store.Messages.Find(caller, message.Replaces, maxBytes: 0)
                    ?? throw new StorageException(StorageFault.NotFound, $"There is no message {message.Replaces} that could be replaced.")).ParentId ?? NewMessage.NoParent,
            };
    }

    // What does not fit is left out, all that the client knows anyway: an error would have it try again what is stored already.
    private static List<MessageView> ViewsOf(IReadOnlyList<Message> stored, AddMessagesRequest request)
    {
        List<MessageView> views = [.. stored.Select(message => MessageView.Of(message, request))];
        if (!Fit(views))
        {
            views = [.. stored.Select(message => MessageView.Of(
                message with { Content = "", Reasoning = null, SettingsJson = null, MetadataJson = null, AttachmentsJson = null, TimingsJson = null }, request))];
        }

        return Fit(views) ? views : views.ConvertAll(view => view with { Role = "", Model = null, StopReason = null });

        static bool Fit(List<MessageView> views) => FrameRoom.CountOf(views, ActionsJson.Default.MessageView) == views.Count;
    }
}
