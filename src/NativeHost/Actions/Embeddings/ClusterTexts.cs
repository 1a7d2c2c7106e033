using System.Text.Json.Serialization;
using NativeHost.Actions.Models;
using NativeHost.Inference.Embedding;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Search.Clusters;

namespace NativeHost.Actions.Embeddings;

/// <summary>Asks for texts in groups of like meaning. The model is chosen as for <c>generate_embeddings</c>.</summary>
internal sealed record ClusterTextsRequest : ModelAddressed
{
    /// <summary>The texts, 2 to 2,000.</summary>
    public required IReadOnlyList<string?> Texts { get; init; }

    /// <summary>How many groups are wanted; no more come than there are texts, and <c>dbscan</c> finds out by itself.</summary>
    [Range(2, 100)]
    [Default(5)]
    [JsonPropertyName("n_clusters")]
    public int? NClusters { get; init; }

    /// <summary>How they are found: around means, by joining the nearest, or wherever texts lie close.</summary>
    [OneOf("kmeans", "hierarchical", "dbscan")]
    [Default("kmeans")]
    public string? Algorithm { get; init; }

    /// <summary>For <c>dbscan</c>: how near a neighbour is, 1 less the cosine.</summary>
    [Range(0, 2)]
    [Default(0.4)]
    public double? Eps { get; init; }

    /// <summary>For <c>dbscan</c>: how many texts make a group.</summary>
    [Range(1, 100)]
    [Default(2)]
    [JsonPropertyName("min_samples")]
    public int? MinSamples { get; init; }
}

/// <param name="Labels">The number of each text's group, from 0; −1 for a text that is in none.</param>
/// <param name="NClusters">How many groups there are.</param>
/// <param name="SilhouetteScore">How well they are apart, −1 to 1; null where there are fewer than two.</param>
/// <param name="Algorithm">How they were found.</param>
/// <param name="Model">The model that computed the vectors.</param>
internal sealed record ClusterTextsReply(
    IReadOnlyList<int> Labels,
    [property: JsonPropertyName("n_clusters")] int NClusters,
    [property: JsonPropertyName("silhouette_score"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? SilhouetteScore,
    [property: OneOf("kmeans", "hierarchical", "dbscan")] string Algorithm,
    string Model) : Reply;

internal sealed class ClusterTextsHandler(EmbeddingModels models) : IHandler<ClusterTextsRequest, ClusterTextsReply>
{
    private const int UsualGroups = 5;
    private const int MostGroups = 100;
    private const double UsualReach = 0.4;

    public async Task<ClusterTextsReply> HandleAsync(ClusterTextsRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var texts = EmbeddingRequests.Texts("texts", request.Texts, EmbeddingRequests.MostCompared);
        if (texts.Count < 2)
        {
            throw RequestFields.Invalid("texts", "there are at least two of them");
        }

        var groups = Math.Min(RequestFields.Within("n_clusters", request.NClusters, UsualGroups, 2, MostGroups), texts.Count);
        var neighbours = RequestFields.Within("min_samples", request.MinSamples, 2, 1, MostGroups);
        var algorithm = request.Algorithm ?? "kmeans";
        if (algorithm is not ("kmeans" or "hierarchical" or "dbscan"))
        {
            throw RequestFields.Invalid("algorithm", "it is kmeans, hierarchical or dbscan");
        }

        if (request.Eps is not (null or (>= 0 and <= 2)))
        {
            throw RequestFields.Invalid("eps", "it is from 0 to 2");
        }

        var model = await models.BringAsync(request.Address, exchange, cancellationToken);
        var embedded = await models.EmbedAsync(model, new EmbeddingRequest(texts, EmbeddingPurpose.Similarity), exchange, cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, exchange.Stopping);
        List<ReadOnlyMemory<float>> vectors = [.. Enumerable.Range(0, texts.Count).Select(embedded.Vector)];
        var labels = algorithm switch
        {
            "hierarchical" => Clustering.Hierarchical(vectors, groups, ending.Token),
            "dbscan" => Clustering.Dbscan(vectors, (float)(request.Eps ?? UsualReach), neighbours, ending.Token),
            _ => Clustering.KMeans(vectors, groups, ending.Token),
        };
        return new ClusterTextsReply(
            labels,
            labels.Where(label => label != Clustering.Noise).Distinct().Count(),
            Clustering.Silhouette(vectors, labels, ending.Token),
            algorithm,
            model.Path);
    }
}
