using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;
using NativeHost.Storage.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>Asks for a conversation and the messages of one of its branches, a page at a time.</summary>
[Requires(nameof(ConversationId))]
internal sealed record GetConversationRequest : ConversationAddressed
{
    /// <summary>How many messages at most; fewer come where more do not fit into a frame.</summary>
    [Range(1, GetConversationHandler.MostCount)]
    [Default(GetConversationHandler.MostCount)]
    public int? Limit { get; init; }

    /// <summary>
    /// Which page comes first: that with the conversation's first messages, or that with its last ones. The pages that follow go on from there;
    /// within each page the oldest message is first.
    /// </summary>
    [OneOf("start", "end")]
    [Default("start")]
    public string? From { get; init; }

    /// <summary>The <c>next_cursor</c> of an earlier page, to go on behind it.</summary>
    public string? Cursor { get; init; }

    /// <summary>A message, to see the branch that it is on instead of the one that is shown.</summary>
    [JsonPropertyName("head_id")]
    public string? HeadId { get; init; }

    [SynonymOf(nameof(HeadId))]
    [JsonPropertyName("headId")]
    public string? HeadIdCamel { get; init; }

    [JsonIgnore]
    public string? Head => RequestFields.FirstOf(HeadId, HeadIdCamel);
}

/// <param name="Conversation">The conversation.</param>
/// <param name="Messages">Of the branch, each behind the one that it follows.</param>
/// <param name="MessageCount">Messages of the branch, on all pages.</param>
/// <param name="NextCursor">For the next page; absent where this is the last one.</param>
internal sealed record GetConversationReply(
    ConversationView Conversation,
    IReadOnlyList<MessageView> Messages,
    [property: JsonPropertyName("message_count")] int MessageCount,
    [property: JsonPropertyName("next_cursor")] string? NextCursor) : Reply;

internal sealed class GetConversationHandler(UserConversations conversations) : IHandler<GetConversationRequest, GetConversationReply>
{
    public const int MostCount = 1000;

    private const string After = "after";
    private const string Before = "before";

    /// <summary>Bytes of text that a page begins with; where they do not fit, it has fewer.</summary>
    private const int TextBytes = 800 * 1024;

    public Task<GetConversationReply> HandleAsync(GetConversationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var id = request.RequireAddress();
        var store = conversations.Open();
        var conversation = store.Conversations.Find(caller, id) ?? throw NotFound(id);
        var query = QueryOf(request, HeadOf(store, caller, conversation));
        var isForward = query.BeforeId is null && (query.FromStart || query.AfterId is not null);
        var page = store.Messages.Page(caller, id, query);
        var views = ViewsOf(store, caller, page, request);
        var fitting = FrameRoom.CountOf(isForward ? views : Enumerable.Reverse(views), ActionsJson.Default.MessageView);
        if (fitting == 0 && views.Count > 0)
        {
            // The first one does not fit with so much of its text.
            page = store.Messages.Page(caller, id, query with { Limit = 1, MaxBytes = FrameRoom.SafeTextBytes });
            views = ViewsOf(store, caller, page, request);
            fitting = views.Count;
        }

        var shown = isForward ? views[..fitting] : views[^fitting..];
        var hasMore = fitting < views.Count || (isForward ? page.HasLater : page.HasEarlier);
        var next = !hasMore || shown.Count == 0 ? null
            : isForward ? Cursor.Of(After, query.HeadId ?? "", shown[^1].Id)
            : Cursor.Of(Before, query.HeadId ?? "", shown[0].Id);
        return Task.FromResult(new GetConversationReply(ConversationView.Of(conversation, request), shown, page.Total, next)
        {
            Message = conversations.TakeNotice(),
        });
    }

    public static StorageException NotFound(string id)
        => new(StorageFault.NotFound, $"There is no conversation {(id.Length <= 80 ? id : $"{id[..80]}…")}. list_conversations has those that there are.");

    // A device may have pushed one that has not come yet, or never comes: then the store chooses.
    private static string? HeadOf(ConversationStore store, StoreCaller caller, Conversation conversation)
        => conversation.HeadId is { } head && store.Messages.Find(caller, head, maxBytes: 0)?.ConversationId == conversation.Id ? head : null;

    private static MessageQuery QueryOf(GetConversationRequest request, string? head)
    {
        var query = new MessageQuery
        {
            HeadId = request.Head ?? head,
            Limit = RequestFields.Within("limit", request.Limit, MostCount, 1, MostCount),
            MaxBytes = TextBytes,
            FromStart = request.From switch
            {
                null or "start" => true,
                "end" => false,
                _ => throw RequestFields.Invalid("from", "it is start or end"),
            },
        };
        if (string.IsNullOrEmpty(request.Cursor))
        {
            return query;
        }

        // The branch of the first page, also where another one is shown meanwhile.
        var place = Cursor.Read(request.Cursor, query.FromStart ? After : Before, 2);
        query = query with { HeadId = place[0].Length > 0 ? place[0] : null };
        return query.FromStart ? query with { AfterId = place[1] } : query with { BeforeId = place[1] };
    }

    private static List<MessageView> ViewsOf(ConversationStore store, StoreCaller caller, MessagePage page, GetConversationRequest request)
        => [.. page.Messages.Select(message => MessageView.Of(message, request).With(message.Siblings > 1 ? store.Messages.Siblings(caller, message.Id) : []))];
}
