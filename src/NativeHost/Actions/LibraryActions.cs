using NativeHost.Actions.Cache;
using NativeHost.Actions.Downloads;
using NativeHost.Actions.Hub;
using NativeHost.Actions.Models;
using NativeHost.Actions.Suggestions;
using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.ModelCache.Suggestions;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about models on this machine and at the hub, one entry each.</summary>
internal static class LibraryActions
{
    public static IReadOnlyList<Route> Of(
        Lazy<ModelLibrary> library, WantedDownloads downloads, ModelShelf shelf, ModelSuggestions suggestions, CallerGrants grants)
    {
        var pull = new PullModelHandler(library, downloads, shelf);
        var listed = new ListedModels(library, suggestions);
        return
        [
            Pull("pull_model"),
            Pull("download_model"),
            Route.To(
                "get_active_downloads",
                Lane.Free,
                new GetActiveDownloadsHandler(downloads),
                () => ActionsJson.Default.GetActiveDownloadsRequest,
                () => ActionsJson.Default.ReplyDownloadListPayload),
            Route.To(
                "get_download_status",
                Lane.Free,
                new GetDownloadStatusHandler(library, downloads),
                () => ActionsJson.Default.GetDownloadStatusRequest,
                () => ActionsJson.Default.ReplyDownloadView),
            Route.To(
                "pause_download",
                Lane.Urgent,
                new PauseDownloadHandler(library, downloads),
                () => ActionsJson.Default.PauseDownloadRequest,
                () => ActionsJson.Default.ReplyStoppedDownloadPayload),
            Route.To(
                "resume_download",
                Lane.Urgent,
                new ResumeDownloadHandler(library, downloads),
                () => ActionsJson.Default.ResumeDownloadRequest,
                () => ActionsJson.Default.ReplyResumedDownloadPayload),
            Route.To(
                "cancel_download",
                Lane.Urgent,
                new CancelDownloadHandler(library, downloads),
                () => ActionsJson.Default.CancelDownloadRequest,
                () => ActionsJson.Default.ReplyStoppedDownloadPayload),
            Route.To(
                "scan_repo",
                Lane.Free,
                new ScanRepoHandler(library, shelf),
                () => ActionsJson.Default.ScanRepoRequest,
                () => ActionsJson.Default.ReplyScannedRepoPayload),
            Route.To(
                "get_downloaded_models",
                Lane.Free,
                new GetDownloadedModelsHandler(library),
                () => ActionsJson.Default.GetDownloadedModelsRequest,
                () => ActionsJson.Default.ReplyDownloadedModelsPayload),
            Route.To(
                "delete_model",
                Lane.ModelChange,
                new DeleteModelHandler(library, grants),
                () => ActionsJson.Default.DeleteModelRequest,
                () => ActionsJson.Default.DeleteModelReply),
            Route.To(
                "verify_model",
                Lane.Free,
                new VerifyModelHandler(library),
                () => ActionsJson.Default.VerifyModelRequest,
                () => ActionsJson.Default.ReplyVerifiedPayload,
                stoppable: Stoppable.ByName,
                events: [ActionEvents.VerifyProgress]),
            Route.To(
                "gc_models",
                Lane.Free,
                new CollectGarbageHandler(library, grants),
                () => ActionsJson.Default.CollectGarbageRequest,
                () => ActionsJson.Default.ReplyGarbagePayload),
            Route.To(
                "set_hf_token",
                Lane.Free,
                new SetTokenHandler(library, grants),
                () => ActionsJson.Default.SetTokenRequest,
                () => ActionsJson.Default.TokenReply),
            Route.To(
                "get_hf_token_status",
                Lane.Free,
                new GetTokenStatusHandler(library, grants),
                () => ActionsJson.Default.GetTokenStatusRequest,
                () => ActionsJson.Default.TokenReply),
            Route.To(
                "clear_hf_token",
                Lane.Free,
                new ClearTokenHandler(library, grants),
                () => ActionsJson.Default.ClearTokenRequest,
                () => ActionsJson.Default.TokenReply),
            Route.To(
                "get_available_models",
                Lane.Free,
                new GetAvailableModelsHandler(listed),
                () => ActionsJson.Default.GetAvailableModelsRequest,
                () => ActionsJson.Default.ReplyModelListPayload),
            Route.To(
                "get_models_by_type",
                Lane.Free,
                new GetModelsByTypeHandler(listed),
                () => ActionsJson.Default.GetModelsByTypeRequest,
                () => ActionsJson.Default.ReplyTypedModelListPayload),
            Route.To(
                "get_default_model",
                Lane.Free,
                new GetDefaultModelHandler(listed),
                () => ActionsJson.Default.GetDefaultModelRequest,
                () => ActionsJson.Default.ReplyDefaultModelPayload),
            Route.To(
                "add_model_to_list",
                Lane.Free,
                new AddModelHandler(suggestions),
                () => ActionsJson.Default.AddModelRequest,
                () => ActionsJson.Default.AddModelReply),
            Route.To(
                "get_registered_models",
                Lane.Free,
                new GetRegisteredModelsHandler(listed),
                () => ActionsJson.Default.GetRegisteredModelsRequest,
                () => ActionsJson.Default.RegisteredModelsReply),
        ];

        Route Pull(string name)
            => Route.To(
                name,
                Lane.Free,
                pull,
                () => ActionsJson.Default.PullModelRequest,
                () => ActionsJson.Default.PullModelReply,
                events: [ActionEvents.DownloadProgress]);
    }
}
