using NativeHost.Actions.Generation.Requests;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation.Completions;

/// <summary>
/// Asks a model for the next message of a conversation, in the shapes of OpenAI's chat completions: its request is the rest of this one, its answer
/// the payload of the final frame, and its chunks are events.
/// </summary>
[Requires(nameof(Messages), nameof(Prompt), nameof(Suffix), nameof(ChatId), nameof(SessionId))]
internal sealed record ChatCompletionsRequest : GenerateFields
{
    /// <summary>Whether the answer comes in chunks too, one event each.</summary>
    public bool Stream { get; init; }

    /// <summary>How many answers to the one question; more than one cannot be stored.</summary>
    [Range(1, MostAnswers)]
    [Default(1)]
    public int? N { get; init; }

    internal const int MostAnswers = 8;
}

internal sealed class ChatCompletionsHandler(RequestedGenerations generations, TimeProvider time) : IHandler<ChatCompletionsRequest, Reply<ChatCompletion>>
{
    public async Task<Reply<ChatCompletion>> HandleAsync(ChatCompletionsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var answers = RequestFields.Within("n", request.N, usual: 1, least: 1, ChatCompletionsRequest.MostAnswers);
        var created = time.GetUtcNow().ToUnixTimeSeconds();
        var begun = await generations.BeginAsync(request, answers, exchange, cancellationToken);
        var ends = begun.NotBegun is { } notBegun
            ? [notBegun]
            : await Task.WhenAll(begun.Streams.Select((stream, index) => stream.DeliverAsync(
                exchange, after: 0, new ChatChunkEncoder(begun.Model, created, index, request.Stream).Encoding, cancellationToken)));
        return new Reply<ChatCompletion>
        {
            Type = Array.Exists(ends, end => end.Type == "generationStopped") ? "generationStopped" : "generationComplete",
            Payload = ChatCompletion.Of([.. ends.Select(end => end.Payload)], begun.Model, created),
        };
    }
}
