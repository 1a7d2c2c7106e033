using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Takes in what a device has written. The same records make the same conversations, in whatever order they come and however often; what
/// cannot be kept is refused record by record.
/// </summary>
internal sealed record SyncPushRequest : ConversationsRequest
{
    /// <summary>Conversations that changed.</summary>
    public IReadOnlyList<SyncConversationInput?>? Conversations { get; init; }

    /// <summary>Messages that changed.</summary>
    public IReadOnlyList<SyncMessageInput?>? Messages { get; init; }
}

/// <param name="Conversations">What became of the conversations.</param>
/// <param name="Messages">What became of the messages.</param>
/// <param name="TotalSynced">Records that changed something.</param>
/// <param name="Refused">Records that cannot be kept; all others were. The first 100.</param>
internal sealed record SyncPushReply(
    SyncCounts Conversations,
    SyncCounts Messages,
    [property: JsonPropertyName("total_synced")] int TotalSynced,
    IReadOnlyList<RefusedRecordView> Refused) : Reply;

/// <summary>What became of the records of a kind.</summary>
/// <param name="Synced">They changed something: created and updated.</param>
/// <param name="Created">They were not there before.</param>
/// <param name="Updated">They changed, or were deleted.</param>
/// <param name="Skipped">What they say was known, or something later was.</param>
/// <param name="Refused">They cannot be kept.</param>
/// <param name="Waiting">Of messages: they are kept until their conversation comes.</param>
/// <param name="Total">All.</param>
internal sealed record SyncCounts(int Synced, int Created, int Updated, int Skipped, int Refused, int? Waiting, int Total);

/// <summary>A record that cannot be kept.</summary>
/// <param name="Id">As it was given, perhaps shortened.</param>
/// <param name="Code">Why, for programs.</param>
/// <param name="Reason">Why, for a person.</param>
internal sealed record RefusedRecordView(string Id, [property: OneOf(typeof(ErrorCode))] string Code, string Reason);

internal sealed class SyncPushHandler(UserConversations conversations, TimeProvider time) : IHandler<SyncPushRequest, SyncPushReply>
{
    public Task<SyncPushReply> HandleAsync(SyncPushRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var batch = new PushBatch();
        foreach (var conversation in request.Conversations ?? [])
        {
            batch.Add(conversation, given => given.Id ?? given.Address, given => given.ToRecord(time.GetUtcNow()));
        }

        foreach (var message in request.Messages ?? [])
        {
            batch.Add(message, given => given.Name, given => given.ToRecord(time.GetUtcNow()));
        }

        return Task.FromResult(batch.Push(conversations.Open(), caller) with { Message = conversations.TakeNotice() });
    }
}
