using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>Asks how alike two texts are by their meaning. The model is chosen as for <c>generate_embeddings</c>.</summary>
internal sealed record ComputeSimilarityRequest : ModelAddressed
{
    /// <summary>The one.</summary>
    public required string Text1 { get; init; }

    /// <summary>The other.</summary>
    public required string Text2 { get; init; }

    /// <summary>How their vectors are compared.</summary>
    [OneOf(typeof(SimilarityMetric))]
    [Default("cosine")]
    public string? Metric { get; init; }
}

/// <param name="Similarity">The higher, the more alike.</param>
/// <param name="Metric">How they were compared.</param>
/// <param name="Text1Length">Characters of the one.</param>
/// <param name="Text2Length">Characters of the other.</param>
/// <param name="Model">The model that computed the vectors.</param>
internal sealed record ComputeSimilarityReply(
    double Similarity,
    [property: OneOf(typeof(SimilarityMetric))] string Metric,
    [property: JsonPropertyName("text1_length")] int Text1Length,
    [property: JsonPropertyName("text2_length")] int Text2Length,
    string Model) : Reply;

internal sealed class ComputeSimilarityHandler(EmbeddingModels models) : IHandler<ComputeSimilarityRequest, ComputeSimilarityReply>
{
    public async Task<ComputeSimilarityReply> HandleAsync(ComputeSimilarityRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var metric = SimilarityMetrics.Read(request.Metric);
        var model = await models.BringAsync(request.Address, exchange, cancellationToken);
        var both = await models.EmbedAsync(model, new EmbeddingRequest([request.Text1, request.Text2], EmbeddingPurpose.Similarity), exchange, cancellationToken);
        return new ComputeSimilarityReply(
            metric.Score(both.Vector(0).Span, both.Vector(1).Span), metric.Word(), request.Text1.Length, request.Text2.Length, model.Path);
    }
}
