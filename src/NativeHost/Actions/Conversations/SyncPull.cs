using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Sync;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Asks what has changed, on this machine or by other devices' pushes, in pages: ask again with the answer's <c>cursor</c>, at once where it
/// <c>has_more</c>, and later for what has changed by then. Each record can be pushed as it is.
/// Deletions are told of for 180 days. A device that was away for longer begins anew, without a cursor, and deletes what it had pulled or pushed before and
/// does not come then, before it pushes anything: here nobody knows any more that it was deleted.
/// </summary>
internal sealed record SyncPullRequest : ConversationsRequest
{
    /// <summary>The cursor of the last answer; absent to begin.</summary>
    public string? Cursor { get; init; }

    /// <summary>
    /// Only what was written since then: milliseconds since 1970, or a text of ISO 8601. Clocks differ, and what was written long ago may be
    /// pushed late, so a cursor is better.
    /// </summary>
    public JsonElement Since { get; init; }

    /// <summary>
    /// Only the conversations of this user of the extension, and their messages; all of them where it is absent or <c>default</c>. Whose a deleted
    /// conversation was is not known any more: all that are deleted come.
    /// </summary>
    [JsonPropertyName("user_id")]
    public string? UserId { get; init; }

    [SynonymOf(nameof(UserId))]
    [JsonPropertyName("userId")]
    public string? UserIdCamel { get; init; }

    /// <summary>How many records at most.</summary>
    [Range(1, SyncPullHandler.MostCount)]
    [Default(SyncPullHandler.MostCount)]
    public int? Limit { get; init; }

    [JsonIgnore]
    public string? User => RequestFields.FirstOf(UserId, UserIdCamel) is { } user and not ConversationUsers.Usual ? user : null;
}

/// <param name="Conversations">In the order of their changes.</param>
/// <param name="Messages">In the order of their changes.</param>
/// <param name="Counts">How many there are.</param>
/// <param name="Cursor">What to ask with next.</param>
/// <param name="HasMore">Whether there is more already.</param>
/// <param name="Reset">True where the store was made anew since the cursor was given, or an earlier version of the host gave it: these are its first records, and what they do not have is not there any more.</param>
internal sealed record SyncPullReply(
    IReadOnlyList<SyncConversationView> Conversations,
    IReadOnlyList<SyncMessageView> Messages,
    SyncPullCounts Counts,
    string Cursor,
    [property: JsonPropertyName("has_more")] bool HasMore,
    bool? Reset) : Reply;

/// <param name="Conversations">Records of conversations.</param>
/// <param name="Messages">Records of messages.</param>
internal sealed record SyncPullCounts(int Conversations, int Messages);

internal sealed class SyncPullHandler(UserConversations conversations) : IHandler<SyncPullRequest, SyncPullReply>
{
    public const int MostCount = 500;

    private const string Kind = "pull";

    /// <summary>Bytes of text that a page begins with; where they do not fit, it has fewer.</summary>
    private const int TextBytes = 800 * 1024;

    public Task<SyncPullReply> HandleAsync(SyncPullRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var limit = RequestFields.Within("limit", request.Limit, MostCount, 1, MostCount);
        var since = WireTime.Of(request.Since, "since") ?? DateTimeOffset.MinValue;
        var store = conversations.Open();
        var (known, isReset) = PlaceOf(request.Cursor, store);
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = FittingPage(store, caller, known, limit);
            List<SyncConversationView> found = [.. page.Conversations
                .Where(record => record.Updated >= since && (request.User is null || record.IsDeleted || ConversationUsers.Of(record.MetadataJson) == request.User))
                .Select(SyncConversationView.Of)];
            List<SyncMessageView> messages = [.. page.Messages
                .Where(record => record.Updated >= since && (request.User is null || UserOf(record.ConversationId) == request.User))
                .Select(SyncMessageView.Of)];
            if (found.Count + messages.Count > 0 || !page.HasMore)
            {
                var cursor = Cursor.Of(store, Kind, page.Next.ToString(Cursor.NumberFormat, CultureInfo.InvariantCulture));
                return Task.FromResult(new SyncPullReply(found, messages, new SyncPullCounts(found.Count, messages.Count), cursor, page.HasMore, isReset ? true : null)
                {
                    Message = conversations.TakeNotice(),
                });
            }

            known = page.Next;
        }

        string UserOf(string conversation)
        {
            if (!users.TryGetValue(conversation, out var user))
            {
                users[conversation] = user = store.Conversations.Find(caller, conversation) is { } row ? ConversationUsers.Of(row.MetadataJson) : Missing;
            }

            return user;
        }
    }

    // No user has an empty name.
    private static string Missing => "";

    private static PullPage FittingPage(ConversationStore store, StoreCaller caller, long known, int limit)
    {
        for (var bytes = TextBytes; ; bytes = Math.Max(FrameRoom.SafeTextBytes, bytes / 2), limit = Math.Max(1, limit / 2))
        {
            var page = store.Sync.Pull(caller, known, limit, bytes);
            if ((limit == 1 && bytes == FrameRoom.SafeTextBytes)
                || page.Conversations.Sum(record => FrameRoom.BytesOf(SyncConversationView.Of(record), ActionsJson.Default.SyncConversationView) + 1)
                + page.Messages.Sum(record => FrameRoom.BytesOf(SyncMessageView.Of(record), ActionsJson.Default.SyncMessageView) + 1) <= FrameRoom.Bytes)
            {
                return page;
            }
        }
    }

    private static (long Known, bool IsReset) PlaceOf(string? cursor, ConversationStore store)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return (0, false);
        }

        return Cursor.Read(store, cursor, Kind) is [var place] && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var known)
            ? (known, false)
            : (0, true);
    }
}
