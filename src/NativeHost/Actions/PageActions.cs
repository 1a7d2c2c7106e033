using NativeHost.Actions.Embeddings;
using NativeHost.Actions.Models;
using NativeHost.Actions.Pages;
using NativeHost.Actions.Streams;
using NativeHost.Pages;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about pages of the web, one entry each.</summary>
internal static class PageActions
{
    public static IReadOnlyList<Route> Of(
        EmbeddingModels embeddings,
        HeldPages pages,
        ModelShelf shelf,
        GenerationStreams streams,
        CallerStates callers,
        ModelAddresses addresses,
        TimeProvider time)
        =>
        [
            Route.To(
                "index_page",
                Lane.ModelUse,
                new IndexPageHandler(embeddings, pages, time),
                () => ActionsJson.Default.IndexPageRequest,
                () => ActionsJson.Default.IndexPageReply,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.LoadingProgress, ActionEvents.PageIndexProgress]),
            Route.To(
                "ask_page",
                Lane.ModelUse,
                new AskPageHandler(embeddings, pages, shelf, streams, callers, addresses),
                () => ActionsJson.Default.AskPageRequest,
                () => ActionsJson.Default.ReplyGenerationPayload,
                errorType: "generationError",
                stoppable: Stoppable.Always,
                types: ActionTable.EndsOfGenerations,
                events: [ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.PageSources, ActionEvents.GenerationUpdate]),
            Route.To(
                "forget_page",
                Lane.Free,
                new ForgetPageHandler(pages),
                () => ActionsJson.Default.ForgetPageRequest,
                () => ActionsJson.Default.ForgetPageReply),
            Route.To(
                "list_pages",
                Lane.Free,
                new ListPagesHandler(pages),
                () => ActionsJson.Default.ListPagesRequest,
                () => ActionsJson.Default.ListPagesReply),
        ];
}
