using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>Answers one kind of request.</summary>
internal interface IHandler<TRequest, TReply>
    where TReply : Reply
{
    /// <returns>The final frame's fields.</returns>
    Task<TReply> HandleAsync(TRequest request, Exchange exchange, CancellationToken cancellationToken);
}

/// <summary>Which requests of one port wait for which.</summary>
internal enum Lane
{
    /// <summary>Starts on arrival, even before earlier requests without an id: what stops others.</summary>
    Urgent,

    /// <summary>Starts on arrival; requests without an id wait for the ones before them.</summary>
    Free,

    /// <summary>As <see cref="Free"/>, and its handler takes microseconds and waits for nothing, or goes on on another thread: the thread that read it answers it.</summary>
    Quick,

    /// <summary>One at a time, in order of arrival: what changes a model.</summary>
    ModelChange,

    /// <summary>After the model changes that came before it, beside everything else: what uses a model.</summary>
    ModelUse,
}

/// <summary>A request that has been understood and waits to be run; it sends its final frame.</summary>
internal delegate Task Call(Exchange exchange, FinalFrame final, CancellationToken cancellationToken);

/// <summary>Builds a request from its message, which is not read after this returns.</summary>
internal delegate Call Binding(ReadOnlySpan<byte> json);

/// <summary>The messages of one action, for documents, clients and tests.</summary>
/// <param name="Request">What a request is read into.</param>
/// <param name="Reply">What the final frame of a request that succeeded is made of.</param>
/// <param name="Types">What the <c>type</c> of that frame may be; empty where it has none.</param>
/// <param name="Events">What may come before it.</param>
internal sealed record RouteMessages(Type Request, Type Reply, IReadOnlyList<string> Types, IReadOnlyList<EventType> Events);

/// <summary>Where one action goes.</summary>
/// <param name="ErrorType">The <c>type</c> of its error frames; null for none.</param>
/// <param name="Stoppable">Whether a stop ends it.</param>
/// <param name="Messages">What goes over the wire.</param>
internal sealed record Route(string Action, Lane Lane, Binding Bind, string? ErrorType, Stoppable Stoppable, RouteMessages Messages)
{
    /// <summary>Makes the route of one action.</summary>
    /// <param name="requestType">How a request is read; asked for with the first one, because to build it takes time.</param>
    /// <param name="replyType">How its answer is written; asked for with the first one.</param>
    /// <param name="types">What the <c>type</c> of its answer may be; null for none.</param>
    /// <param name="events">What may come before its answer; null for nothing.</param>
    public static Route To<TRequest, TReply>(
        string action,
        Lane lane,
        IHandler<TRequest, TReply> handler,
        Func<JsonTypeInfo<TRequest>> requestType,
        Func<JsonTypeInfo<TReply>> replyType,
        string? errorType = null,
        Stoppable stoppable = Stoppable.Never,
        string[]? types = null,
        EventType[]? events = null)
        where TReply : Reply
        => new(
            action,
            lane,
            json =>
            {
                var request = Read(json, requestType());
                return async (exchange, final, cancellationToken) => await final.SendAsync(
                    await handler.HandleAsync(request, exchange, cancellationToken), replyType());
            },
            errorType,
            stoppable,
            new RouteMessages(typeof(TRequest), typeof(TReply), types ?? [], events ?? []));

    private static TRequest Read<TRequest>(ReadOnlySpan<byte> json, JsonTypeInfo<TRequest> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: the message is null.");
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair in an escape: the reader has this exception for it.
            throw new RequestException(ErrorCode.InvalidRequest, "Invalid request: a text in it is not valid Unicode.", e);
        }
    }
}
