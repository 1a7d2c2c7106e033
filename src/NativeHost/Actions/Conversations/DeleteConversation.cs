using NativeHost.Conversations;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Conversations;

/// <summary>Deletes a conversation with its messages, for good. That it is deleted stays known, so that other devices hear of it.</summary>
[Requires(nameof(ConversationId))]
internal sealed record DeleteConversationRequest : ConversationAddressed;

/// <summary>Deletes what a message says. Messages that followed it follow the one before it.</summary>
[Requires(nameof(MessageId))]
internal sealed record DeleteMessageRequest : MessageAddressed;

/// <param name="Deleted">False where there was no such conversation or message.</param>
internal sealed record DeletedReply(bool Deleted) : Reply;

internal sealed class DeleteConversationHandler(UserConversations conversations) : IHandler<DeleteConversationRequest, DeletedReply>
{
    public Task<DeletedReply> HandleAsync(DeleteConversationRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var isDeleted = conversations.Open().Conversations.Delete(caller, request.RequireAddress());
        return Task.FromResult(new DeletedReply(isDeleted) { Message = conversations.TakeNotice() });
    }
}

internal sealed class DeleteMessageHandler(UserConversations conversations) : IHandler<DeleteMessageRequest, DeletedReply>
{
    public Task<DeletedReply> HandleAsync(DeleteMessageRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var caller = conversations.CallerOf(exchange.Caller, request.Origin);
        var isDeleted = conversations.Open().Messages.Delete(caller, request.RequireMessage());
        return Task.FromResult(new DeletedReply(isDeleted) { Message = conversations.TakeNotice() });
    }
}
