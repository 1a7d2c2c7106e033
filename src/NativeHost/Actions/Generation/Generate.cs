using NativeHost.Actions.Generation.Requests;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Generation;

/// <summary>Asks a model to answer a conversation, or to continue a text.</summary>
[Requires(nameof(Messages), nameof(Prompt), nameof(Suffix), nameof(ChatId), nameof(SessionId))]
internal sealed record GenerateRequest : GenerateFields;

internal sealed class GenerateHandler(RequestedGenerations generations) : IHandler<GenerateRequest, Reply<GenerationPayload>>
{
    public async Task<Reply<GenerationPayload>> HandleAsync(
        GenerateRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var begun = await generations.BeginAsync(request, answers: 1, exchange, cancellationToken);
        return begun.NotBegun ?? await begun.Streams[0].DeliverAsync(exchange, after: 0, UpdateEncoder.Encoding, cancellationToken);
    }
}
