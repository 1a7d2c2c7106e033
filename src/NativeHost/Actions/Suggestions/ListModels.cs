using NativeHost.Messages;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Routing;

namespace NativeHost.Actions.Suggestions;

/// <summary>Asks for all models of the list.</summary>
internal sealed record GetAvailableModelsRequest;

/// <summary>Asks for the models of a type.</summary>
[Requires(nameof(ModelType))]
internal sealed record GetModelsByTypeRequest : TypedRequest;

/// <summary>Asks for the model of a type that somebody should begin with.</summary>
[Requires(nameof(ModelType))]
internal sealed record GetDefaultModelRequest : TypedRequest;

/// <summary>A request that names a type of models.</summary>
internal abstract record TypedRequest
{
    /// <summary>Such as <c>gguf</c>, <c>bitnet</c> or <c>embedding</c>, in any letter case.</summary>
    public string? ModelType { get; init; }

    [SynonymOf(nameof(ModelType))]
    public string? Type { get; init; }

    /// <exception cref="RequestException">There is none.</exception>
    public string RequiredType()
        => (string.IsNullOrWhiteSpace(ModelType) ? Type : ModelType) is { Length: > 0 } type && !string.IsNullOrWhiteSpace(type)
            ? type.Trim()
            : throw new RequestException(ErrorCode.InvalidRequest, "modelType or type is required");
}

/// <param name="Models">All of the list.</param>
internal sealed record ModelListPayload(IReadOnlyList<SuggestedModel> Models);

/// <param name="ModelType">As asked.</param>
/// <param name="Models">Those of the type.</param>
internal sealed record TypedModelListPayload(string ModelType, IReadOnlyList<SuggestedModel> Models);

/// <param name="ModelType">As asked.</param>
/// <param name="DefaultModel">The first suggestion of the type.</param>
internal sealed record DefaultModelPayload(string ModelType, SuggestedModel DefaultModel);

internal sealed class GetAvailableModelsHandler(ListedModels models) : IHandler<GetAvailableModelsRequest, Reply<ModelListPayload>>
{
    public Task<Reply<ModelListPayload>> HandleAsync(GetAvailableModelsRequest request, Exchange exchange, CancellationToken cancellationToken)
        => Task.FromResult(new Reply<ModelListPayload> { Payload = new ModelListPayload(models.All()) });
}

internal sealed class GetModelsByTypeHandler(ListedModels models) : IHandler<GetModelsByTypeRequest, Reply<TypedModelListPayload>>
{
    public Task<Reply<TypedModelListPayload>> HandleAsync(GetModelsByTypeRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var type = request.RequiredType();
        return Task.FromResult(new Reply<TypedModelListPayload> { Payload = new TypedModelListPayload(type, models.OfType(type)) });
    }
}

internal sealed class GetDefaultModelHandler(ListedModels models) : IHandler<GetDefaultModelRequest, Reply<DefaultModelPayload>>
{
    public Task<Reply<DefaultModelPayload>> HandleAsync(GetDefaultModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var type = request.RequiredType();
        var model = models.DefaultOf(type)
            ?? throw new RequestException(ErrorCode.ModelNotFound, $"No default model found for type '{type}'");
        return Task.FromResult(new Reply<DefaultModelPayload> { Payload = new DefaultModelPayload(type, model) });
    }
}
