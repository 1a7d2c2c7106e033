using NativeHost.Actions.Generation.Requests;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>
/// Begins a session: a conversation that the host remembers with what the model has computed of it, until it is closed or the host ends. It is the
/// caller's alone. <c>generate</c> and <c>chat_completions</c> go on with it by <c>session_id</c>.
/// </summary>
internal sealed record CreateSessionRequest : ModelAddressed
{
    /// <summary>What was said before: usually a system message, perhaps examples.</summary>
    public IReadOnlyList<MessageField?>? Messages { get; init; }

    /// <summary>The tools of its answers, where their requests name none.</summary>
    public IReadOnlyList<ToolField?>? Tools { get; init; }

    /// <summary>
    /// What happens where it is larger than the model's context: <c>drop_oldest</c>, as usual, drops the oldest questions and answers, and keeps the
    /// system message; <c>shift</c> does so in the middle of an answer too; <c>stop</c> fails.
    /// </summary>
    [OneOf(typeof(OverflowPolicy))]
    public string? Overflow { get; init; }

    /// <summary>Whether the messages are computed now, so that the first answer need not wait for that.</summary>
    [Default(true)]
    public bool? Prefill { get; init; }
}

internal sealed class CreateSessionHandler(
    ModelShelf shelf, CallerStates callers, ModelAddresses addresses, ChatSessions sessions, SessionPrefill prefill, TimeProvider time)
    : IHandler<CreateSessionRequest, Reply<SessionView>>
{
    public async Task<Reply<SessionView>> HandleAsync(CreateSessionRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var path = ModelUse.NameOf(request.Address, callers.Of(exchange.Caller), addresses, shelf);
        var messages = ChatMessages.Read(request.Messages);
        var session = new ChatSession(
            exchange.Caller, path, SessionRequests.PolicyOf(request.Overflow, OverflowPolicy.DropOldest), ChatTools.Read(request.Tools), messages, time.GetUtcNow());
        var model = await ModelUse.BringAsync(shelf, path, exchange, cancellationToken);
        sessions.Add(session);
        try
        {
            return new Reply<SessionView> { Payload = await prefill.ViewAsync(session, model, [], request.Prefill ?? true, exchange, cancellationToken) };
        }
        catch
        {
            sessions.Remove(exchange.Caller, session.Id);
            throw;
        }
    }
}
