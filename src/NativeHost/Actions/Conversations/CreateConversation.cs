using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Storage.Conversations;

namespace NativeHost.Actions.Conversations;

/// <summary>Begins a conversation. Without an id it gets one.</summary>
internal sealed record CreateConversationRequest : ConversationWrite;

/// <summary>A conversation as it is now.</summary>
internal sealed record ConversationReply(ConversationView Conversation) : Reply;

internal sealed class CreateConversationHandler(UserConversations conversations) : IHandler<CreateConversationRequest, ConversationReply>
{
    public Task<ConversationReply> HandleAsync(CreateConversationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var created = conversations.Open().Conversations.Create(conversations.CallerOf(exchange.Caller, request.Origin), new NewConversation
        {
            Id = request.Address,
            Title = request.Title,
            Topic = request.Topic,
            Domain = request.Domain,
            IsStarred = request.Star,
            SettingsJson = ClientJson.Object(request.Settings, "settings"),
            MetadataJson = ConversationUsers.Put(ClientJson.Object(request.Metadata, "metadata"), request.User),
        });
        return Task.FromResult(new ConversationReply(ConversationView.Of(created, request)) { Message = conversations.TakeNotice() });
    }
}
