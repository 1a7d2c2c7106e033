using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>Asks which of some documents are nearest to a query by their meaning. The model is chosen as for <c>generate_embeddings</c>.</summary>
internal sealed record SemanticSearchRequest : ModelAddressed
{
    /// <summary>What is looked for: at most 32,768 characters.</summary>
    public required string Query { get; init; }

    /// <summary>What is looked through, at most 10,000 texts.</summary>
    public required IReadOnlyList<string?> Documents { get; init; }

    /// <summary>How many are wanted.</summary>
    [Range(1, 100)]
    [Default(5)]
    public int? K { get; init; }

    /// <summary>Leaves out what has a lower score.</summary>
    [Range(0, 1)]
    [JsonPropertyName("score_threshold")]
    public double? ScoreThreshold { get; init; }

    /// <summary>How vectors are compared.</summary>
    [OneOf(typeof(SimilarityMetric))]
    [Default("cosine")]
    public string? Metric { get; init; }
}

/// <param name="Query">What was looked for.</param>
/// <param name="Results">The nearest documents, the best first.</param>
/// <param name="TotalDocuments">How many were looked through.</param>
/// <param name="Metric">How they were compared.</param>
/// <param name="Model">The model that computed the vectors.</param>
/// <param name="Truncated">Documents that are longer than the model's context, whose ends were not compared: numbers from 0. Absent for none.</param>
internal sealed record SemanticSearchReply(
    string Query,
    IReadOnlyList<ScoredDocument> Results,
    [property: JsonPropertyName("total_documents")] int TotalDocuments,
    [property: OneOf(typeof(SimilarityMetric))] string Metric,
    string Model,
    IReadOnlyList<int>? Truncated) : Reply;

internal sealed class SemanticSearchHandler(EmbeddingModels models) : IHandler<SemanticSearchRequest, SemanticSearchReply>
{
    private const int UsualCount = 5;
    private const int MostCount = 100;

    public async Task<SemanticSearchReply> HandleAsync(SemanticSearchRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var documents = EmbeddingRequests.Texts("documents", request.Documents);
        var metric = SimilarityMetrics.Read(request.Metric);
        var count = RequestFields.Within("k", request.K, UsualCount, 1, MostCount);
        if (request.ScoreThreshold is not (null or (>= 0 and <= 1)))
        {
            throw RequestFields.Invalid("score_threshold", "it is from 0 to 1");
        }

        var query = EmbeddingRequests.Query(request.Query, documents);
        var compared = await Comparison.OfAsync(models, request.Address, query, documents, metric, exchange, cancellationToken);
        return new SemanticSearchReply(
            query,
            ScoredDocuments.Best(documents, compared.Scores, count, request.ScoreThreshold, query),
            documents.Count,
            metric.Word(),
            compared.Model.Path,
            compared.Truncated.Count > 0 ? compared.Truncated : null);
    }
}
