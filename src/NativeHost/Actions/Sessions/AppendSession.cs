using NativeHost.Actions.Generation.Requests;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>Takes messages into a session ahead of the question, such as a long text that it will be about.</summary>
internal sealed record AppendSessionRequest : SessionAddressed
{
    /// <summary>What was said.</summary>
    public required IReadOnlyList<MessageField?> Messages { get; init; }

    /// <summary>Whether the messages are computed now, so that the next answer need not wait for that.</summary>
    [Default(true)]
    public bool? Prefill { get; init; }
}

internal sealed class AppendSessionHandler(ModelShelf shelf, ChatSessions sessions, SessionPrefill prefill) : IHandler<AppendSessionRequest, Reply<SessionView>>
{
    public async Task<Reply<SessionView>> HandleAsync(AppendSessionRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var session = sessions.Find(exchange.Caller, request.RequiredId);
        var more = ChatMessages.Read(request.Messages);
        if (more.Count == 0)
        {
            throw RequestFields.Invalid("messages", "there are none");
        }

        sessions.CheckRoom(exchange.Caller, more);
        var model = await ModelUse.BringAsync(shelf, session.Model, exchange, cancellationToken);
        return new Reply<SessionView> { Payload = await prefill.ViewAsync(session, model, more, request.Prefill ?? true, exchange, cancellationToken) };
    }
}
