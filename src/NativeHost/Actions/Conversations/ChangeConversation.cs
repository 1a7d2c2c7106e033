using System.Text.Json.Serialization;
using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage.Conversations;

namespace NativeHost.Actions.Conversations;

/// <summary>Gives a conversation another title.</summary>
[Requires(nameof(ConversationId))]
internal sealed record RenameConversationRequest : ConversationAddressed
{
    /// <summary>At most 2,000 characters; may be empty.</summary>
    public required string Title { get; init; }
}

/// <summary>Changes what the request names of a conversation: its title, topic, star, settings, metadata.</summary>
[Requires(nameof(ConversationId))]
internal sealed record UpdateConversationRequest : ConversationWrite;

/// <summary>Shows another branch of a conversation: the one that a message is on, down to the newest message below it.</summary>
[Requires(nameof(ConversationId))]
[Requires(nameof(MessageId))]
internal sealed record SelectBranchRequest : ConversationAddressed
{
    /// <summary>The message.</summary>
    [JsonPropertyName("message_id")]
    public string? MessageId { get; init; }

    [SynonymOf(nameof(MessageId))]
    [JsonPropertyName("messageId")]
    public string? MessageIdCamel { get; init; }

    public string RequireMessage() => RequestFields.FirstOf(MessageId, MessageIdCamel) ?? throw RequestFields.Invalid("message_id", "it is required, a text");
}

internal sealed class RenameConversationHandler(UserConversations conversations) : IHandler<RenameConversationRequest, ConversationReply>
{
    public Task<ConversationReply> HandleAsync(RenameConversationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var renamed = conversations.Open().Conversations.Change(caller, request.RequireAddress(), new ConversationChange { Title = request.Title });
        return Task.FromResult(new ConversationReply(ConversationView.Of(renamed, request)) { Message = conversations.TakeNotice() });
    }
}

internal sealed class UpdateConversationHandler(UserConversations conversations) : IHandler<UpdateConversationRequest, ConversationReply>
{
    public Task<ConversationReply> HandleAsync(UpdateConversationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var list = conversations.Open().Conversations;
        var changed = list.Change(caller, request.RequireAddress(), new ConversationChange
        {
            Title = request.Title,
            Topic = request.Topic,
            Domain = request.Domain,
            IsStarred = request.Star,
            SettingsJson = ClientJson.Object(request.Settings, "settings"),
            MetadataJson = MetadataOf(request, list.Find(caller, request.RequireAddress())),
        });
        return Task.FromResult(new ConversationReply(ConversationView.Of(changed, request)) { Message = conversations.TakeNotice() });
    }

    // Other metadata do not change whose it is; naming somebody does.
    private static string? MetadataOf(UpdateConversationRequest request, Conversation? before)
    {
        var given = ClientJson.Object(request.Metadata, "metadata");
        return given is null && request.User is null
            ? null
            : ConversationUsers.Put(given ?? before?.MetadataJson, request.User ?? ConversationUsers.Of(before?.MetadataJson));
    }
}

internal sealed class SelectBranchHandler(UserConversations conversations) : IHandler<SelectBranchRequest, ConversationReply>
{
    public Task<ConversationReply> HandleAsync(SelectBranchRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var shown = conversations.Open().Conversations.SetHead(caller, request.RequireAddress(), request.RequireMessage());
        return Task.FromResult(new ConversationReply(ConversationView.Of(shown, request)) { Message = conversations.TakeNotice() });
    }
}
