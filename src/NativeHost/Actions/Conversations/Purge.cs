using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Deletes conversations for good, those that were left alone longest first, and what the journal still has of them. Of the caller's own, or of
/// one owner whom <c>origin</c> names. Where all of them are to go, the owner's pages (<c>index_page</c>) are forgotten as well.
/// </summary>
[Requires(nameof(OlderThanDays), nameof(UnchangedSince), nameof(DownToBytes))]
internal sealed record PurgeRequest : ConversationsRequest
{
    /// <summary>All that were not changed for so many days; 0 for all there are.</summary>
    [Range(0)]
    [JsonPropertyName("older_than_days")]
    public double? OlderThanDays { get; init; }

    /// <summary>All that were not changed since then: milliseconds since 1970, or a text of ISO 8601.</summary>
    [JsonPropertyName("unchanged_since")]
    public JsonElement UnchangedSince { get; init; }

    /// <summary>As many as it takes until at most so many bytes are left, as <c>storage_report</c> counts.</summary>
    [Range(0)]
    [JsonPropertyName("down_to_bytes")]
    public long? DownToBytes { get; init; }

    /// <summary>Those with a star too.</summary>
    [JsonPropertyName("include_starred")]
    public bool IncludeStarred { get; init; }
}

/// <param name="Conversations">How many were deleted.</param>
/// <param name="Messages">How many were in them.</param>
/// <param name="Bytes">What they took.</param>
/// <param name="Pages">How many pages were forgotten; absent where not all was to go.</param>
internal sealed record PurgeReply(long Conversations, long Messages, long Bytes, int? Pages) : Reply;

internal sealed class PurgeHandler(UserConversations conversations, HeldPages pages, TimeProvider time) : IHandler<PurgeRequest, PurgeReply>
{
    /// <summary>Before anything was stored.</summary>
    private const double MostDays = 100_000;

    public Task<PurgeReply> HandleAsync(PurgeRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        if (request.OlderThanDays is < 0 || request.DownToBytes is < 0)
        {
            throw RequestFields.Invalid(request.DownToBytes is < 0 ? "down_to_bytes" : "older_than_days", "it is at least 0");
        }

        if (request.Origin == UserConversations.Everybody)
        {
            throw RequestFields.Invalid("origin", "name one owner; storage_report lists them");
        }

        // All means those too that a wrong clock has dated ahead.
        var since = WireTime.Of(request.UnchangedSince, "unchanged_since")
            ?? (request.OlderThanDays is not { } days ? null as DateTimeOffset?
                : days == 0 ? DateTimeOffset.MaxValue
                : time.GetUtcNow().AddDays(-Math.Min(days, MostDays)));
        if (since is null && request.DownToBytes is null)
        {
            throw RequestFields.Invalid("older_than_days", "say what is to go: older_than_days, unchanged_since or down_to_bytes");
        }

        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        int? forgotten = request.OlderThanDays == 0 || request.DownToBytes == 0 ? pages.ForgetAll(caller.Origin) : null;
        var gone = conversations.Open().Retention.Purge(
            caller, new Storage.Retention.PurgeRequest { UnchangedSince = since, DownToBytes = request.DownToBytes, IncludeStarred = request.IncludeStarred });
        return Task.FromResult(new PurgeReply(gone.Conversations, gone.Messages, gone.Bytes, forgotten) { Message = conversations.TakeNotice() });
    }
}
