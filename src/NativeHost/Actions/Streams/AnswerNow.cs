using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>Lets a model that thinks before it answers stop thinking, and answer: what it has thought so far counts. Changes nothing where it does not think.</summary>
internal sealed record AnswerNowRequest
{
    /// <summary>Of the generation's events, or from <c>list_streams</c>.</summary>
    public required string StreamId { get; init; }
}

/// <summary>It was told.</summary>
internal sealed record AnswerNowReply : Reply;

internal sealed class AnswerNowHandler(GenerationStreams streams) : IHandler<AnswerNowRequest, AnswerNowReply>
{
    public Task<AnswerNowReply> HandleAsync(AnswerNowRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        streams.Find(exchange.Caller, request.StreamId).AnswerNow();
        return Task.FromResult(new AnswerNowReply());
    }
}
