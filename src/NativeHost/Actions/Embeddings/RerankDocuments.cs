using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>
/// Asks for documents in the order in which they answer a query. A reranker scores them, where one is named or the caller has one loaded; else the
/// model of <c>generate_embeddings</c> compares their vectors. The answer says which.
/// </summary>
internal sealed record RerankDocumentsRequest : ModelAddressed
{
    /// <summary>What is asked: at most 32,768 characters.</summary>
    public string? Query { get; init; }

    /// <summary>What may answer it, at most 4,000.</summary>
    public IReadOnlyList<string?>? Documents { get; init; }

    /// <summary>How many are wanted; absent for all.</summary>
    [Range(1)]
    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }
}

/// <param name="Results">The documents, the best first.</param>
/// <param name="TotalTokens">Tokens that were computed: of the query and of all documents; a reranker reads the query with each.</param>
/// <param name="Model">The model that compared them.</param>
/// <param name="Method">How: by a reranker's scores, or by the cosine of their vectors.</param>
/// <param name="Truncated">Documents that do not fit the model's context, a reranker's beside the query, whose ends were not compared: numbers from 0. Absent for none.</param>
internal sealed record RerankDocumentsReply(
    IReadOnlyList<RankedDocument> Results,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    string Model,
    [property: OneOf("reranker", "cosine")] string Method,
    IReadOnlyList<int>? Truncated) : Reply;

/// <summary>A document that was scored.</summary>
/// <param name="Index">Its number in the request, from 0.</param>
/// <param name="Document">Its text; null where all the texts are too much for one frame: the <c>index</c> tells which it is.</param>
/// <param name="Score">The higher, the better: of a reranker a probability, 0 to 1, by its outputs; else a cosine.</param>
/// <param name="RawScore">What the reranker itself put out: a logit, or of several classes the first one's output. Absent with <c>cosine</c>.</param>
internal sealed record RankedDocument(
    int Index,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Document,
    double Score,
    [property: JsonPropertyName("raw_score")] double? RawScore);

internal sealed class RerankDocumentsHandler(EmbeddingModels models) : IHandler<RerankDocumentsRequest, RerankDocumentsReply>
{
    public async Task<RerankDocumentsReply> HandleAsync(RerankDocumentsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var documents = EmbeddingRequests.Texts("documents", request.Documents ?? [], EmbeddingRequests.MostRanked);
        var count = RequestFields.Within("top_k", request.TopK, documents.Count, 1, int.MaxValue);
        var query = EmbeddingRequests.Query(request.Query, documents);
        if (await models.FindRerankerAsync(request.Address, exchange, cancellationToken) is { } reranker)
        {
            var ranks = await models.RerankAsync(reranker, new RerankRequest(query, documents), exchange, cancellationToken);
            return new RerankDocumentsReply(
                Best(documents, ranks.Scores, count, ranks.Outputs), ranks.TokenCounts.Sum(), reranker.Path, "reranker", ranks.Truncated.Count > 0 ? ranks.Truncated : null);
        }

        var compared = await Comparison.OfAsync(models, request.Address, query, documents, SimilarityMetric.Cosine, exchange, cancellationToken);
        return new RerankDocumentsReply(
            Best(documents, compared.Scores, count, outputs: null),
            compared.Tokens,
            compared.Model.Path,
            SimilarityMetric.Cosine.Word(),
            compared.Truncated.Count > 0 ? compared.Truncated : null);
    }

    private static IReadOnlyList<RankedDocument> Best(IReadOnlyList<string> documents, IReadOnlyList<double> scores, int count, IReadOnlyList<double>? outputs)
        => [.. ScoredDocuments.Best(documents, scores, count).Select(one => new RankedDocument(one.Index, one.Document, one.Score, outputs?[one.Index]))];
}
