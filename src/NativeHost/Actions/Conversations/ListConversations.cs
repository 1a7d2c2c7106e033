using System.Globalization;
using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Conversations;

namespace NativeHost.Actions.Conversations;

/// <summary>Lists conversations, the last changed first.</summary>
internal sealed record ListConversationsRequest : ConversationsRequest
{
    /// <summary>Only those of this user of the extension; all of them where it is absent or <c>default</c>.</summary>
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [SynonymOf(nameof(UserId))]
    [JsonPropertyName("userId")]
    public string? UserIdCamel { get; init; }

    /// <summary>How many at most.</summary>
    [Range(1, ListConversationsHandler.MostCount)]
    [Default(ListConversationsHandler.UsualCount)]
    public int? Limit { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    [Range(0)]
    [Default(0)]
    public int? Offset { get; init; }

    /// <summary>The <c>next_cursor</c> of an earlier page, to go on behind it: faster than <c>offset</c>, and steady while conversations change.</summary>
    public string? Cursor { get; init; }

    /// <summary>Only those with a star, or only those without.</summary>
    [JsonPropertyName("is_starred")]
    public bool? IsStarred { get; init; }

    [SynonymOf(nameof(IsStarred))]
    [JsonPropertyName("isStarred")]
    public bool? IsStarredCamel { get; init; }

    /// <summary>Only those of this topic.</summary>
    public string? Topic { get; init; }

    [JsonIgnore]
    public string? User => RequestFields.FirstOf(UserId, UserIdCamel) is { } user and not ConversationUsers.Usual ? user : null;
}

/// <param name="Conversations">The last changed first; perhaps fewer than wanted, because an answer has to fit into a frame.</param>
/// <param name="Total">How many there are, on all pages.</param>
/// <param name="Limit">As asked.</param>
/// <param name="Offset">As asked.</param>
/// <param name="NextCursor">For the next page; absent where this is the last one.</param>
internal sealed record ListConversationsReply(
    IReadOnlyList<ConversationView> Conversations,
    long Total,
    int Limit,
    int Offset,
    [property: JsonPropertyName("next_cursor")] string? NextCursor) : Reply;

internal sealed class ListConversationsHandler(UserConversations conversations) : IHandler<ListConversationsRequest, ListConversationsReply>
{
    public const int UsualCount = 100;
    public const int MostCount = 1000;

    /// <summary>How many are looked through at once for those of a user.</summary>
    private const int Step = 500;

    private const string Kind = "list";

    /// <summary>Begins the cursor of a list of one user's, which goes on by number.</summary>
    private const string OffsetCursor = "offset:";

    public Task<ListConversationsReply> HandleAsync(ListConversationsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var limit = RequestFields.Within("limit", request.Limit, UsualCount, 1, MostCount);
        var offset = RequestFields.Within("offset", request.Offset, 0, 0, int.MaxValue);
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var store = conversations.Open();
        var list = store.Conversations;
        var query = new ConversationQuery { Limit = limit, Offset = offset, IsStarred = request.IsStarred ?? request.IsStarredCamel, Topic = request.Topic };
        var (page, total, next) = request.User is { } user
            ? PageOfUser(list, caller, request, user, query, cancellationToken)
            : Page(store, caller, request, query with { Cursor = string.IsNullOrEmpty(request.Cursor) ? null : PlaceOf(store, request.Cursor) });
        return Task.FromResult(new ListConversationsReply(page, total, limit, offset, next) { Message = conversations.TakeNotice() });
    }

    private static (IReadOnlyList<ConversationView> Page, long Total, string? Next) Page(
        ConversationStore store, StoreCaller caller, ListConversationsRequest request, ConversationQuery query)
    {
        var page = store.Conversations.List(caller, query);
        var views = page.Conversations.Select(conversation => ConversationView.Of(conversation, request)).ToList();
        var fitting = FrameRoom.CountOf(views, ActionsJson.Default.ConversationView);
        var next = fitting == views.Count ? page.NextCursor : store.Conversations.List(caller, query with { Limit = fitting }).NextCursor;
        return (views[..fitting], page.Total, next is null ? null : Cursor.Of(store, Kind, next));
    }

    private static string PlaceOf(ConversationStore store, string cursor)
        => Cursor.Read(store, cursor, Kind) is [var place] ? place : throw RequestFields.Invalid("cursor", "it is none of a list as it is now; begin without one");

    // The store does not know of users: all are looked through.
    private static (IReadOnlyList<ConversationView> Page, long Total, string? Next) PageOfUser(
        ConversationList list, StoreCaller caller, ListConversationsRequest request, string user, ConversationQuery query, CancellationToken cancellationToken)
    {
        var offset = string.IsNullOrEmpty(request.Cursor) ? query.Offset : OffsetOf(request.Cursor);
        var found = new List<ConversationView>();
        var total = 0;
        string? cursor = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = list.List(caller, query with { Limit = Step, Offset = 0, Cursor = cursor });
            foreach (var conversation in step.Conversations.Where(conversation => ConversationUsers.Of(conversation.MetadataJson) == user))
            {
                if (total >= offset && found.Count < query.Limit)
                {
                    found.Add(ConversationView.Of(conversation, request));
                }

                total++;
            }

            cursor = step.NextCursor;
        }
        while (cursor is not null);
        var fitting = FrameRoom.CountOf(found, ActionsJson.Default.ConversationView);
        var end = offset + fitting;
        return (found[..fitting], total, end < total ? string.Create(CultureInfo.InvariantCulture, $"{OffsetCursor}{end}") : null);
    }

    private static int OffsetOf(string cursor)
        => cursor.StartsWith(OffsetCursor, StringComparison.Ordinal)
            && int.TryParse(cursor.AsSpan(OffsetCursor.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw RequestFields.Invalid("cursor", "it is none of a list of this user's");
}
