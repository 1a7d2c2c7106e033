using System.Text.Json;
using NativeHost.Actions.Generation.Requests;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation.Responses;

/// <summary>
/// Asks a model for the next items of a conversation, in the shapes of OpenAI's responses: its request is the rest of this one, its answer the payload
/// of the final frame, and its deltas are events. A request has the whole conversation, unless it names one that is stored, or a session.
/// </summary>
[Requires(nameof(Input))]
internal sealed record ResponsesRequest : GenerateFields
{
    /// <summary>
    /// A text of the user's; or a list of items: messages (<c>role</c> and <c>content</c>), <c>function_call</c> and <c>function_call_output</c>, and
    /// <c>reasoning</c> as answers have them.
    /// </summary>
    public JsonElement Input { get; init; }

    /// <summary>The system message, before the input.</summary>
    public string? Instructions { get; init; }

    /// <summary>What the answer has to look like: <c>{"format": {"type": "json_schema", "schema": …}}</c>.</summary>
    public JsonElement Text { get; init; }

    /// <summary>Whether the answer comes in deltas too, one event each.</summary>
    public bool Stream { get; init; }
}

internal sealed class ResponsesHandler(RequestedGenerations generations, TimeProvider time) : IHandler<ResponsesRequest, Reply<ResponsePayload>>
{
    public async Task<Reply<ResponsePayload>> HandleAsync(ResponsesRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var created = time.GetUtcNow().ToUnixTimeSeconds();
        var asked = request with
        {
            Messages = InputItems.Read(request.Input, request.Instructions),
            ResponseFormat = request.Text.ValueKind == JsonValueKind.Object && request.Text.TryGetProperty("format", out var format) ? format : request.ResponseFormat,
        };
        var begun = await generations.BeginAsync(asked, answers: 1, exchange, cancellationToken);
        var end = begun.NotBegun ?? await begun.Streams[0].DeliverAsync(exchange, after: 0, new ResponseDeltaEncoder(request.Stream).Encoding, cancellationToken);
        return new Reply<ResponsePayload> { Type = end.Type, Payload = ResponsePayload.Of(end.Payload, begun.Model, created) };
    }
}
