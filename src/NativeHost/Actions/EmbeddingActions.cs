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
        ];
}
