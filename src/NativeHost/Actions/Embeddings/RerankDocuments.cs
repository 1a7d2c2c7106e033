using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>Asks for documents in the order in which they answer a query. The model is chosen as for <c>generate_embeddings</c>.</summary>
internal sealed record RerankDocumentsRequest : ModelAddressed
{
    /// <summary>What is asked.</summary>
    public string? Query { get; init; }

    /// <summary>What may answer it.</summary>
    public IReadOnlyList<string?>? Documents { get; init; }

    /// <summary>How many are wanted; absent for all.</summary>
    [Range(1)]
    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }
}

/// <param name="Results">The documents, the best first.</param>
/// <param name="TotalTokens">Tokens of the query and of all documents.</param>
/// <param name="Model">The model that compared them.</param>
/// <param name="Method">How: by the cosine of their vectors.</param>
/// <param name="Truncated">Documents that are longer than the model's context, whose ends were not compared: numbers from 0. Absent for none.</param>
internal sealed record RerankDocumentsReply(
    IReadOnlyList<ScoredDocument> Results,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    string Model,
    [property: OneOf("cosine")] string Method,
    IReadOnlyList<int>? Truncated) : Reply;

internal sealed class RerankDocumentsHandler(EmbeddingModels models) : IHandler<RerankDocumentsRequest, RerankDocumentsReply>
{
    public async Task<RerankDocumentsReply> HandleAsync(RerankDocumentsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var documents = EmbeddingRequests.Texts("documents", request.Documents ?? []);
        var count = EmbeddingRequests.Within("top_k", request.TopK, documents.Count, 1, int.MaxValue);
        if (string.IsNullOrWhiteSpace(request.Query) || documents.Count == 0)
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Query and documents required");
        }

        var compared = await Comparison.OfAsync(models, request.Address, request.Query, documents, SimilarityMetric.Cosine, exchange, cancellationToken);
        return new RerankDocumentsReply(
            ScoredDocuments.Best(documents, compared.Scores, count),
            compared.Tokens,
            compared.Model.Path,
            SimilarityMetric.Cosine.Word(),
            compared.Truncated.Count > 0 ? compared.Truncated : null);
    }
}
