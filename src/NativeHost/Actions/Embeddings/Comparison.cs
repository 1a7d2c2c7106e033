using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>A query compared with documents by their vectors.</summary>
/// <param name="Scores">[documents].</param>
/// <param name="Tokens">Of the query and all documents.</param>
/// <param name="Truncated">Documents whose ends were not compared.</param>
internal sealed record Comparison(LoadedModel Model, IReadOnlyList<double> Scores, int Tokens, IReadOnlyList<int> Truncated)
{
    /// <inheritdoc cref="EmbeddingModels.EmbedAsync"/>
    public static async Task<Comparison> OfAsync(
        EmbeddingModels models,
        string? address,
        string query,
        IReadOnlyList<string> documents,
        SimilarityMetric metric,
        Exchange exchange,
        CancellationToken cancellationToken)
    {
        var model = await models.BringAsync(address, exchange, cancellationToken);
        var asked = await models.EmbedAsync(model, new EmbeddingRequest([query], EmbeddingPurpose.Query), exchange, cancellationToken);
        var there = await models.EmbedAsync(model, new EmbeddingRequest(documents, EmbeddingPurpose.Document), exchange, cancellationToken);
        var scores = Enumerable.Range(0, documents.Count).Select(i => metric.Score(asked.Vectors.Span, there.Vector(i).Span)).ToList();
        return new Comparison(model, scores, asked.TokenCounts.Sum() + there.TokenCounts.Sum(), there.Truncated);
    }
}
