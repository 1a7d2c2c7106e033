using System.Text.Json.Serialization;
using NativeHost.Actions.Conversations;
using NativeHost.Conversations;
using NativeHost.Conversations.Search;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Search.Texts;
using NativeHost.Storage;

namespace NativeHost.Actions.Search;

/// <summary>Asks for conversations whose titles or messages have the words of a query, or whose titles have it within a word.</summary>
internal sealed record SearchConversationsRequest : ConversationsRequest
{
    /// <summary>What is looked for, at most 10,000 characters.</summary>
    public required string Query { get; init; }

    /// <summary>Only those of this user of the extension; all of them where it is absent or <c>default</c>.</summary>
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [SynonymOf(nameof(UserId))]
    [JsonPropertyName("userId")]
    public string? UserIdCamel { get; init; }

    /// <summary>How many at most.</summary>
    [Range(1, SearchConversationsHandler.MostCount)]
    [Default(SearchConversationsHandler.UsualCount)]
    public int? Limit { get; init; }

    /// <summary>How many to leave out at the beginning: the <c>next_offset</c> of an earlier answer.</summary>
    [Range(0)]
    [Default(0)]
    public int? Offset { get; init; }

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

/// <param name="Query">What was looked for.</param>
/// <param name="Conversations">The best first, each with its <c>match</c>; perhaps fewer than wanted, because an answer has to fit into a frame.</param>
/// <param name="Total">How many were found.</param>
/// <param name="Limit">As asked.</param>
/// <param name="Offset">As asked.</param>
/// <param name="NextOffset">What to ask with for the next ones; absent where these were the last.</param>
internal sealed record SearchConversationsReply(
    string Query,
    IReadOnlyList<ConversationView> Conversations,
    int Total,
    int Limit,
    int Offset,
    [property: JsonPropertyName("next_offset")] int? NextOffset) : Reply;

internal sealed class SearchConversationsHandler(UserConversations conversations, MessageSearch search)
    : IHandler<SearchConversationsRequest, SearchConversationsReply>
{
    public const int UsualCount = 20;
    public const int MostCount = 100;

    public async Task<SearchConversationsReply> HandleAsync(SearchConversationsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        MessageSnippet.CheckQuery(request.Query);

        var limit = RequestFields.Within("limit", request.Limit, UsualCount, 1, MostCount);
        var offset = RequestFields.Within("offset", request.Offset, 0, 0, int.MaxValue);
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var filter = new ConversationFilter(caller.SeesAll ? null : caller.Origin)
        {
            User = request.User,
            Topic = string.IsNullOrEmpty(request.Topic) ? null : request.Topic,
            IsStarred = request.IsStarred ?? request.IsStarredCamel,
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        var found = await search.FindConversationsAsync(request.Query, filter, ending.Token);
        var store = conversations.Open();
        var words = WordReader.Words(request.Query).ToHashSet(StringComparer.Ordinal);
        var page = found.Skip(offset).Take(limit).ToList();
        var views = page.Select(hit => ViewOf(store, hit, words, request)).OfType<ConversationView>().ToList();
        var fitting = FrameRoom.CountOf(views, ActionsJson.Default.ConversationView);
        var next = offset + (fitting == views.Count ? page.Count : fitting);
        return new SearchConversationsReply(request.Query, views[..fitting], found.Count, limit, offset, next < found.Count && next > offset ? next : null)
        {
            Message = conversations.TakeNotice(),
        };
    }

    private static ConversationView? ViewOf(ConversationStore store, FoundConversation found, HashSet<string> words, SearchConversationsRequest request)
    {
        if (store.Conversations.Find(new StoreCaller(found.Conversation.Origin), found.Conversation.Id) is not { } conversation)
        {
            // It was deleted a moment ago.
            return null;
        }

        var snippet = found.Message is { } message ? MessageSnippet.Of(store, message, words) : null;
        return ConversationView.Of(conversation, request) with
        {
            Match = new ConversationMatch(
                found.Score, found.IsInTitle, snippet is null ? null : found.Message!.Id, snippet is null ? null : found.Message!.Role, snippet?.Text, snippet?.Offset),
        };
    }
}
