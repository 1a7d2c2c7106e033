using NativeHost.Actions.Embeddings;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions that compute with vectors of texts, one entry each.</summary>
internal static class EmbeddingActions
{
    public static IReadOnlyList<Route> Of(EmbeddingModels models)
        =>
        [
            Route.To(
                "generate_embeddings",
                Lane.ModelUse,
                new GenerateEmbeddingsHandler(models),
                () => ActionsJson.Default.GenerateEmbeddingsRequest,
                () => ActionsJson.Default.GenerateEmbeddingsReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "semantic_search",
                Lane.ModelUse,
                new SemanticSearchHandler(models),
                () => ActionsJson.Default.SemanticSearchRequest,
                () => ActionsJson.Default.SemanticSearchReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "rerank_documents",
                Lane.ModelUse,
                new RerankDocumentsHandler(models),
                () => ActionsJson.Default.RerankDocumentsRequest,
                () => ActionsJson.Default.RerankDocumentsReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "compute_similarity",
                Lane.ModelUse,
                new ComputeSimilarityHandler(models),
                () => ActionsJson.Default.ComputeSimilarityRequest,
                () => ActionsJson.Default.ComputeSimilarityReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "recommend_items",
                Lane.ModelUse,
                new RecommendItemsHandler(models),
                () => ActionsJson.Default.RecommendItemsRequest,
                () => ActionsJson.Default.RecommendItemsReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "cluster_texts",
                Lane.ModelUse,
                new ClusterTextsHandler(models),
                () => ActionsJson.Default.ClusterTextsRequest,
                () => ActionsJson.Default.ClusterTextsReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress]),
        ];
}
