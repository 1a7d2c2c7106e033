using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Embeddings;

/// <summary>Asks which of some texts are most like one of them. The model is chosen as for <c>generate_embeddings</c>.</summary>
internal sealed record RecommendItemsRequest : ModelAddressed
{
    /// <summary>The texts, that one among them: 2 to 10,000.</summary>
    public required IReadOnlyList<string?> Items { get; init; }

    /// <summary>The number of that one, from 0.</summary>
    [Range(0)]
    [JsonPropertyName("query_item_index")]
    public required int QueryItemIndex { get; init; }

    /// <summary>How many are wanted.</summary>
    [Range(1, 100)]
    [Default(10)]
    public int? K { get; init; }
}

/// <param name="QueryItem">The text that others were compared with; null where it is too long for the answer.</param>
/// <param name="Recommendations">The texts most like it, the best first; it itself is not among them.</param>
/// <param name="Model">The model that computed the vectors.</param>
internal sealed record RecommendItemsReply(
    [property: JsonPropertyName("query_item"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? QueryItem,
    IReadOnlyList<Recommendation> Recommendations,
    string Model) : Reply;

/// <param name="Index">Its number in the request, from 0.</param>
/// <param name="Item">Its text; null where all the texts are too much for one frame.</param>
/// <param name="Score">The cosine of the two vectors, −1 to 1.</param>
internal sealed record Recommendation(int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Item, double Score);

internal sealed class RecommendItemsHandler(EmbeddingModels models) : IHandler<RecommendItemsRequest, RecommendItemsReply>
{
    private const int UsualCount = 10;
    private const int MostCount = 100;

    /// <summary>Above so many characters a text is left to whoever sent it.</summary>
    private const int LongText = 8192;

    public async Task<RecommendItemsReply> HandleAsync(RecommendItemsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var items = EmbeddingRequests.Texts("items", request.Items);
        var count = RequestFields.Within("k", request.K, UsualCount, 1, MostCount);
        if (items.Count < 2)
        {
            throw RequestFields.Invalid("items", "there have to be at least two");
        }

        var asked = RequestFields.Within("query_item_index", request.QueryItemIndex, 0, 0, items.Count - 1);
        var model = await models.BringAsync(request.Address, exchange, cancellationToken);
        var vectors = await models.EmbedAsync(model, new EmbeddingRequest(items, EmbeddingPurpose.Similarity), exchange, cancellationToken);
        var scores = Enumerable.Range(0, items.Count).Select(i => SimilarityMetric.Cosine.Score(vectors.Vector(asked).Span, vectors.Vector(i).Span)).ToList();

        // One more, because it is most like itself, or as much as its equals are.
        var best = ScoredDocuments.Best(items, scores, count + 1).Where(item => item.Index != asked).Take(count);
        return new RecommendItemsReply(
            items[asked].Length <= LongText ? items[asked] : null,
            [.. best.Select(item => new Recommendation(item.Index, item.Document, item.Score))],
            model.Path);
    }
}
