using System.Globalization;
using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage;

namespace NativeHost.Actions.Conversations;

/// <summary>
/// Asks for conversations as JSON lines, one for each: <c>{"messages":[{"role","content",…}],…}</c> as OpenAI has them, and with what else is
/// known of conversation and messages, so that <c>import_conversations</c> makes the same again. Each has the branch that is shown.
/// </summary>
internal sealed record ExportConversationsRequest : ConversationAddressed
{
    /// <summary>The <c>next_cursor</c> of an earlier page, to go on behind it.</summary>
    public string? Cursor { get; init; }
}

/// <param name="Text">A piece of the file: those of all pages, one behind the other, are the whole, and a piece may end inside a line.</param>
/// <param name="Count">Lines that end in this piece.</param>
/// <param name="NextCursor">For the next page; absent where this is the last one. A conversation that changes meanwhile may come twice: the later line counts.</param>
internal sealed record ExportConversationsReply(string Text, int Count, [property: JsonPropertyName("next_cursor")] string? NextCursor) : Reply;

internal sealed class ExportConversationsHandler(UserConversations conversations) : IHandler<ExportConversationsRequest, ExportConversationsReply>
{
    private const string Kind = "export";

    public Task<ExportConversationsReply> HandleAsync(ExportConversationsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var store = conversations.Open();
        var place = string.IsNullOrEmpty(request.Cursor) ? new ExportPlace() : ExportPlace.Of(Cursor.Read(store, request.Cursor, Kind) ?? []);
        if (place.ConversationId is not null && !caller.SeesAll && place.Origin != caller.Origin)
        {
            throw RequestFields.Invalid("cursor", "it is none of these conversations");
        }

        var page = new ExportPage(store);
        var changes = new ExportedChanges(store, caller, place.Sequence);
        while (!page.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            place = request.Address is { } only ? One(store, caller, only, place) : place.ConversationId is null ? changes.Next(place) : place;
            if (place.ConversationId is null)
            {
                return Task.FromResult(ReplyOf(page, null));
            }

            // What was deleted between two pages: the line that was begun has to end all the same.
            place = page.Write(new StoreCaller(place.Origin), place, store.Conversations.Find(new StoreCaller(place.Origin), place.ConversationId));
            if (request.Address is not null && place.ConversationId is null)
            {
                return Task.FromResult(ReplyOf(page, null));
            }
        }

        return Task.FromResult(ReplyOf(page, Cursor.Of(store, Kind, place.ToParts())));
    }

    private ExportConversationsReply ReplyOf(ExportPage page, string? cursor) => new(page.Text, page.Lines, cursor) { Message = conversations.TakeNotice() };

    private static ExportPlace One(ConversationStore store, StoreCaller caller, string id, ExportPlace place)
        => place.ConversationId is not null ? place
            : store.Conversations.Find(caller, id) is { } found ? place with { ConversationId = found.Id, Origin = found.Origin }
            : throw GetConversationHandler.NotFound(id);
}

/// <summary>How far an export is.</summary>
internal sealed record ExportPlace
{
    /// <summary>The last change that was looked at.</summary>
    public long Sequence { get; init; }

    /// <summary>The conversation that is being written; null between two.</summary>
    public string? ConversationId { get; init; }

    public string Origin { get; init; } = "";

    /// <summary>The last message that was begun; null before the first.</summary>
    public string? MessageId { get; init; }

    /// <summary>Whether its reasoning is being written; its content comes behind that.</summary>
    public bool IsInReasoning { get; init; }

    /// <summary>How much of the text is written; null where the message is whole.</summary>
    public long? FromByte { get; init; }

    /// <exception cref="RequestException">It is none of this store's.</exception>
    public static ExportPlace Of(string[] parts)
        => parts is [var change, var conversation, var origin, var message, var from, var reasoning]
            && long.TryParse(change, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && (from.Length == 0 || long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new ExportPlace
            {
                Sequence = sequence,
                ConversationId = TextOrNull(conversation),
                Origin = origin,
                MessageId = TextOrNull(message),
                FromByte = from.Length == 0 ? null : long.Parse(from, CultureInfo.InvariantCulture),
                IsInReasoning = reasoning.Length > 0,
            }
            : throw RequestFields.Invalid("cursor", "it is none of the conversations as they are now; begin without one");

    public string[] ToParts() =>
    [
        Sequence.ToString(Cursor.NumberFormat, CultureInfo.InvariantCulture),
        ConversationId ?? "",
        Origin,
        MessageId ?? "",
        FromByte?.ToString(CultureInfo.InvariantCulture) ?? "",
        IsInReasoning ? "r" : "",
    ];

    private static string? TextOrNull(string text) => text.Length == 0 ? null : text;
}
