using System.Text.Json.Serialization;
using NativeHost.Actions.Conversations;
using NativeHost.Conversations;
using NativeHost.Conversations.Search;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Search.Texts;
using NativeHost.Storage;

namespace NativeHost.Actions.Search;

/// <summary>Asks for stored messages by their words and by their meaning.</summary>
internal sealed record SearchMessagesRequest
{
    /// <summary>What is looked for, at most 10,000 characters.</summary>
    public required string Query { get; init; }

    /// <summary>How many are wanted.</summary>
    [Range(1, 100)]
    [Default(20)]
    public int? Limit { get; init; }

    /// <summary>By words and meaning, or by one of them alone.</summary>
    [OneOf(typeof(SearchMode))]
    [Default("hybrid")]
    public string? Mode { get; init; }

    /// <summary>Only messages of this conversation.</summary>
    [JsonPropertyName("conversation_id")]
    public string? ConversationId { get; init; }

    /// <summary>Only messages of this role, such as <c>user</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Only messages from this time on, in milliseconds since 1970.</summary>
    [Range(0)]
    public long? From { get; init; }

    /// <summary>Only messages before this time, in milliseconds since 1970.</summary>
    [Range(0)]
    public long? Before { get; init; }

    /// <summary>Whose messages, where the user has allowed others' to be seen: an origin, or <c>*</c> for everybody's; absent for the caller's own.</summary>
    public string? Origin { get; init; }
}

/// <param name="Query">What was looked for.</param>
/// <param name="Results">What was found, the best first; perhaps fewer than wanted, because an answer has to fit into a frame.</param>
/// <param name="Mode">How. By words alone where the embedding model cannot be used; then <c>message</c> says why.</param>
/// <param name="Pending">Messages that cannot be found by their meaning yet: they are learned in the background.</param>
internal sealed record SearchMessagesReply(
    string Query, IReadOnlyList<FoundMessage> Results, [property: OneOf(typeof(SearchMode))] string Mode, int Pending) : Reply;

/// <param name="Id">The message.</param>
/// <param name="ConversationId">The conversation that it is in.</param>
/// <param name="ConversationTitle">That one's title.</param>
/// <param name="Role">Whose it is.</param>
/// <param name="CreatedAt">Milliseconds since 1970.</param>
/// <param name="Score">The higher, the better; comparable within one answer.</param>
/// <param name="Snippet">The part of its text in which most of the query's words stand, or its beginning: exactly as it stands there.</param>
/// <param name="Offset">Where the snippet begins in the text, in UTF-16 units.</param>
/// <param name="Origin">Whose it is; absent where the request was about the caller's own.</param>
internal sealed record FoundMessage(
    string Id,
    [property: JsonPropertyName("conversation_id")] string ConversationId,
    [property: JsonPropertyName("conversation_title")] string ConversationTitle,
    string Role,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    double Score,
    string Snippet,
    int Offset,
    string? Origin);

internal sealed class SearchMessagesHandler(UserConversations conversations, MessageSearch search) : IHandler<SearchMessagesRequest, SearchMessagesReply>
{
    private const int UsualCount = 20;
    private const int MostCount = 100;

    public async Task<SearchMessagesReply> HandleAsync(SearchMessagesRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        MessageSnippet.CheckQuery(request.Query);

        var count = RequestFields.Within("limit", request.Limit, UsualCount, 1, MostCount);
        var mode = request.Mode switch
        {
            null or "hybrid" => SearchMode.Hybrid,
            "text" => SearchMode.Text,
            "semantic" => SearchMode.Semantic,
            _ => throw RequestFields.Invalid("mode", "it is hybrid, text or semantic"),
        };
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var filter = new MessageFilter(caller.SeesAll ? null : caller.Origin)
        {
            ConversationId = request.ConversationId,
            Role = request.Role,
            From = TimeOf("from", request.From),
            Before = TimeOf("before", request.Before),
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        var finding = await search.FindAsync(request.Query, mode, count, filter, ending.Token);
        var store = conversations.Open();
        var words = WordReader.Words(request.Query).ToHashSet(StringComparer.Ordinal);
        var views = finding.Found.Select(hit => ViewOf(store, hit.Message, hit.Score, words, request.Origin is not null, ending.Token)).OfType<FoundMessage>().ToList();
        return new SearchMessagesReply(
            request.Query,
            views[..FrameRoom.CountOf(views, ActionsJson.Default.FoundMessage)],
            finding.Mode.ToString().ToLowerInvariant(),
            finding.Pending)
        {
            Message = finding.Problem is { } problem ? $"By words alone: the embedding model cannot be used. {ErrorReplies.Of(problem).Message}" : null,
        };
    }

    private static DateTimeOffset? TimeOf(string field, long? milliseconds)
        => milliseconds is null ? null
            : milliseconds is >= 0 and <= StorageLimits.MaxTime ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds.Value)
            : throw RequestFields.Invalid(field, "it is a time in milliseconds since 1970");

    private static FoundMessage? ViewOf(ConversationStore store, IndexedMessage message, double score, HashSet<string> words, bool isOthers, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (MessageSnippet.Of(store, message, words) is not { } snippet)
        {
            // It was deleted a moment ago.
            return null;
        }

        return new FoundMessage(
            message.Id,
            message.ConversationId,
            store.Conversations.Find(new StoreCaller(message.Origin), message.ConversationId)?.Title ?? "",
            message.Role,
            message.Created.ToUnixTimeMilliseconds(),
            score,
            snippet.Text,
            snippet.Offset,
            isOthers ? message.Origin : null);
    }
}
