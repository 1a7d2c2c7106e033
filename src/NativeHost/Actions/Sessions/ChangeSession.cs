using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>Makes another session that begins as this one is now, and goes on by itself. Nothing is computed again.</summary>
internal sealed record CloneSessionRequest : SessionAddressed;

/// <summary>Forgets what was said last.</summary>
internal sealed record RewindSessionRequest : SessionAddressed
{
    /// <summary>How many of the oldest messages stay; 0 for none.</summary>
    [Range(0)]
    public required int Keep { get; init; }
}

/// <summary>Ends a session; a request that it answers goes on.</summary>
internal sealed record CloseSessionRequest : SessionAddressed;

/// <summary>Asks for the caller's sessions.</summary>
internal sealed record ListSessionsRequest;

/// <summary>Sessions.</summary>
/// <param name="Sessions">The oldest first.</param>
internal sealed record SessionListPayload(IReadOnlyList<SessionView> Sessions);

internal sealed class CloneSessionHandler(ChatSessions sessions, TimeProvider time) : IHandler<CloneSessionRequest, Reply<SessionView>>
{
    public Task<Reply<SessionView>> HandleAsync(CloneSessionRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var clone = sessions.Find(exchange.Caller, request.RequiredId).Clone(time.GetUtcNow());
        sessions.Add(clone);
        return Task.FromResult(new Reply<SessionView> { Payload = SessionView.Of(clone) });
    }
}

internal sealed class RewindSessionHandler(ChatSessions sessions) : IHandler<RewindSessionRequest, Reply<SessionView>>
{
    public Task<Reply<SessionView>> HandleAsync(RewindSessionRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var session = sessions.Find(exchange.Caller, request.RequiredId);
        var said = session.Enter();
        var isRight = request.Keep >= 0 && request.Keep <= said.Count;
        session.Leave(isRight ? [.. said.Take(request.Keep)] : null);
        return isRight
            ? Task.FromResult(new Reply<SessionView> { Payload = SessionView.Of(session) })
            : throw RequestFields.Invalid("keep", $"it is from 0 to {said.Count}, as many messages as the session has");
    }
}

internal sealed class CloseSessionHandler(ChatSessions sessions) : IHandler<CloseSessionRequest, Reply<SessionView>>
{
    public Task<Reply<SessionView>> HandleAsync(CloseSessionRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var session = sessions.Find(exchange.Caller, request.RequiredId);
        sessions.Remove(exchange.Caller, session.Id);
        return Task.FromResult(new Reply<SessionView> { Payload = SessionView.Of(session) });
    }
}

internal sealed class ListSessionsHandler(ChatSessions sessions) : IHandler<ListSessionsRequest, Reply<SessionListPayload>>
{
    public Task<Reply<SessionListPayload>> HandleAsync(ListSessionsRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new Reply<SessionListPayload> { Payload = new SessionListPayload([.. sessions.Of(exchange.Caller).Select(SessionView.Of)]) });
}
