using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;
using NativeHost.Storage.Retention;

namespace NativeHost.Actions.Conversations;

/// <summary>Asks what is stored, what it takes, and for how long it is kept.</summary>
internal sealed record StorageReportRequest : ConversationsRequest;

/// <summary>
/// What is about all owners together (the files and what became of them) is for the user at this machine, and for who has the grant
/// <c>all_conversations</c>.
/// </summary>
/// <param name="FileBytes">Of the file of all conversations; absent without the grant. It does not become smaller when something is deleted: what is stored next takes that room.</param>
/// <param name="JournalBytes">Of the file beside it, whose length stays about the same; absent without the grant.</param>
/// <param name="Folder">Where they are; absent without the grant.</param>
/// <param name="Owners">Of those that the request is about, what each has stored; of a caller that has stored nothing there is none.</param>
/// <param name="Interrupted">Messages that were being written when the host that wrote them died, found when the store was opened; absent without the grant.</param>
/// <param name="Recovery">What became of the file when it was damaged last; absent where it never was, and without the grant.</param>
internal sealed record StorageReportReply(
    [property: JsonPropertyName("file_bytes")] long? FileBytes,
    [property: JsonPropertyName("journal_bytes")] long? JournalBytes,
    string? Folder,
    IReadOnlyList<OwnerView> Owners,
    int? Interrupted,
    RecoveryView? Recovery) : Reply;

/// <summary>What an owner of conversations has stored.</summary>
/// <param name="Origin">The extension's origin, with # and the hash of the namespace where there is one; <c>local</c> for the user at this machine.</param>
/// <param name="Conversations">How many.</param>
/// <param name="Messages">In all of their branches.</param>
/// <param name="Bytes">What the quota counts: the texts, and about what else a message takes.</param>
/// <param name="Deletions">Deleted conversations and messages of which that is still known, for 180 days, so that devices hear of it. The quota counts 256 bytes for each,
/// beside <c>bytes</c>.</param>
/// <param name="LimitBytes">The quota, of all namespaces of the extension together; absent for none.</param>
/// <param name="KeptDays">Days after its last change that a conversation without a star is kept; absent for ever.</param>
/// <param name="Oldest">When the conversation that was left alone longest was changed last, in milliseconds since 1970; absent for none.</param>
internal sealed record OwnerView(
    string Origin,
    long Conversations,
    long Messages,
    long Bytes,
    long Deletions,
    [property: JsonPropertyName("limit_bytes")] long? LimitBytes,
    [property: JsonPropertyName("kept_days")] double? KeptDays,
    long? Oldest);

/// <summary>What became of a damaged file. It was kept, and what could be read of it is in the one that took its place.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Reason">What was wrong with it.</param>
/// <param name="KeptAs">The name of the damaged file, in the same folder.</param>
/// <param name="Conversations">How many were saved, of all owners.</param>
/// <param name="Messages">How many were saved.</param>
/// <param name="CutTexts">How many texts of these have lost their ends.</param>
/// <param name="LostPieces">How many pieces (a message, a conversation, 65,000 bytes of a long text) began and could not be read.</param>
/// <param name="DamagedPages">How many pages of 8 KiB were not what was written; what was on them, nobody can count.</param>
/// <param name="BrokenBatches">How many pieces of the journal, of what was stored last, were not what was written. What could be read of them was saved in its
/// latest version, or else in an earlier one.</param>
internal sealed record RecoveryView(
    long At,
    string Reason,
    [property: JsonPropertyName("kept_as")] string KeptAs,
    long Conversations,
    long Messages,
    [property: JsonPropertyName("cut_texts")] long CutTexts,
    [property: JsonPropertyName("lost_pieces")] long LostPieces,
    [property: JsonPropertyName("damaged_pages")] long DamagedPages,
    [property: JsonPropertyName("broken_batches")] long BrokenBatches);

internal sealed class StorageReportHandler(UserConversations conversations) : IHandler<StorageReportRequest, StorageReportReply>
{
    public Task<StorageReportReply> HandleAsync(StorageReportRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var store = conversations.Open();
        var report = store.Retention.Report(caller);
        var owners = report.Origins.Select(ViewOf).ToList();
        var reply = conversations.SeesAll(exchange.Caller)
            ? new StorageReportReply(report.FileBytes, report.JournalBytes, conversations.Folder, owners, store.Interrupted, ViewOf(store.Recovery))
            : new StorageReportReply(null, null, null, owners, null, null);
        return Task.FromResult(reply with { Message = conversations.TakeNotice() });
    }

    private static OwnerView ViewOf(OriginReport owner) => new(
        owner.Origin,
        owner.Usage.Conversations,
        owner.Usage.Messages,
        owner.Usage.Bytes,
        owner.Usage.Deletions,
        owner.Limits.MaxBytes,
        owner.Limits.MaxAge?.TotalDays,
        owner.Oldest?.ToUnixTimeMilliseconds());

    private static RecoveryView? ViewOf(RecoveryReport? report) => report is null ? null : new RecoveryView(
        report.At.ToUnixTimeMilliseconds(),
        report.Reason,
        report.KeptAs,
        report.Conversations,
        report.Messages,
        report.CutTexts,
        report.LostDocuments,
        report.DamagedPages,
        report.BrokenBatches);
}
