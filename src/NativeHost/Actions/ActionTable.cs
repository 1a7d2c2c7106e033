using NativeHost.Actions.Broker;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Generation.Completions;
using NativeHost.Actions.Generation.Responses;
using NativeHost.Actions.Models;
using NativeHost.Actions.Session;
using NativeHost.Actions.Streams;
using NativeHost.Broker;
using NativeHost.Grants;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about models in memory, one entry each; those about models on the disk are in <see cref="LibraryActions"/>.</summary>
internal static class ActionTable
{
    internal static readonly string[] EndsOfGenerations = ["generationComplete", "generationStopped"];

    public static IReadOnlyList<Route> Of(
        ModelShelf shelf,
        GenerationStreams streams,
        CallerStates callers,
        ModelAddresses addresses,
        RepositoryModels repositories,
        SavedSettings saved,
        CallerGrants grants,
        OpenWork work,
        RequestedGenerations generations)
    {
        var select = new SelectActiveModelHandler(shelf, callers, addresses);
        return
        [
            Route.To(
                "ping",
                Lane.Quick,
                new PingHandler(),
                () => ActionsJson.Default.PingRequest,
                () => ActionsJson.Default.PingReply),
            Route.To(
                "load_model",
                Lane.ModelChange,
                new LoadModelHandler(shelf, callers, addresses, repositories, saved),
                () => ActionsJson.Default.LoadModelRequest,
                () => ActionsJson.Default.LoadModelReply,
                stoppable: Stoppable.ByName,
                types: ["workerReady"],
                events: [ActionEvents.LoadingProgress]),
            Route.To(
                "unload_model",
                Lane.ModelChange,
                new UnloadModelHandler(shelf, callers, addresses, grants),
                () => ActionsJson.Default.UnloadModelRequest,
                () => ActionsJson.Default.ReplyUnloadedPayload),
            Route.To(
                "get_model_state",
                Lane.Quick,
                new GetModelStateHandler(shelf, callers, addresses),
                () => ActionsJson.Default.GetModelStateRequest,
                () => ActionsJson.Default.ReplyModelPayload),
            Route.To(
                "list_loaded_models",
                Lane.Quick,
                new ListLoadedModelsHandler(shelf, callers),
                () => ActionsJson.Default.ListLoadedModelsRequest,
                () => ActionsJson.Default.ListLoadedModelsReply),
            Route.To(
                "get_loaded_models",
                Lane.Quick,
                new GetLoadedModelsHandler(shelf, callers),
                () => ActionsJson.Default.GetLoadedModelsRequest,
                () => ActionsJson.Default.ReplyLoadedModelsPayload),
            Select("select_active_model"),
            Select("set_active_model"),
            Route.To(
                "get_current_model",
                Lane.Quick,
                new GetCurrentModelHandler(callers),
                () => ActionsJson.Default.GetCurrentModelRequest,
                () => ActionsJson.Default.ReplyCurrentModelPayload),
            Route.To(
                "unload_all_models",
                Lane.ModelChange,
                new UnloadAllModelsHandler(shelf, callers, grants),
                () => ActionsJson.Default.UnloadAllModelsRequest,
                () => ActionsJson.Default.ReplyUnloadedAllPayload),
            Route.To(
                "generate",
                Lane.ModelUse,
                new GenerateHandler(generations),
                () => ActionsJson.Default.GenerateRequest,
                () => ActionsJson.Default.ReplyGenerationPayload,
                errorType: "generationError",
                stoppable: Stoppable.Always,
                types: EndsOfGenerations,
                events: [ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.GenerationUpdate, ActionEvents.ToolCallUpdate, ActionEvents.TokenLogProbs, ActionEvents.ContextOverflow]),
            Route.To(
                "chat_completions",
                Lane.ModelUse,
                new ChatCompletionsHandler(generations, TimeProvider.System),
                () => ActionsJson.Default.ChatCompletionsRequest,
                () => ActionsJson.Default.ReplyChatCompletion,
                errorType: "generationError",
                stoppable: Stoppable.Always,
                types: EndsOfGenerations,
                events: [ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.GenerationUpdate, ActionEvents.ChatChunk, ActionEvents.ContextOverflow]),
            Route.To(
                "responses",
                Lane.ModelUse,
                new ResponsesHandler(generations, TimeProvider.System),
                () => ActionsJson.Default.ResponsesRequest,
                () => ActionsJson.Default.ReplyResponsePayload,
                errorType: "generationError",
                stoppable: Stoppable.Always,
                types: EndsOfGenerations,
                events:
                [
                    ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.GenerationUpdate, ActionEvents.ResponseText, ActionEvents.ResponseReasoning,
                    ActionEvents.ResponseItemAdded, ActionEvents.ResponseArguments, ActionEvents.TokenLogProbs, ActionEvents.ContextOverflow,
                ]),
            Route.To(
                "stop_generation",
                Lane.Urgent,
                new StopGenerationHandler(shelf, streams, work),
                () => ActionsJson.Default.StopGenerationRequest,
                () => ActionsJson.Default.StopGenerationReply),
            Route.To(
                "resume_stream",
                Lane.Free,
                new ResumeStreamHandler(streams),
                () => ActionsJson.Default.ResumeStreamRequest,
                () => ActionsJson.Default.ReplyGenerationPayload,
                errorType: "generationError",
                stoppable: Stoppable.Always,
                types: EndsOfGenerations,
                events: [ActionEvents.GenerationQueued, ActionEvents.PageSources, ActionEvents.GenerationUpdate, ActionEvents.ToolCallUpdate, ActionEvents.TokenLogProbs, ActionEvents.ContextOverflow]),
            Route.To(
                "answer_now",
                Lane.Urgent,
                new AnswerNowHandler(streams),
                () => ActionsJson.Default.AnswerNowRequest,
                () => ActionsJson.Default.AnswerNowReply),
            Route.To(
                "list_streams",
                Lane.Free,
                new ListStreamsHandler(streams),
                () => ActionsJson.Default.ListStreamsRequest,
                () => ActionsJson.Default.ReplyStreamListPayload),
            Route.To(
                "get_params",
                Lane.Quick,
                new GetParamsHandler(callers, addresses, shelf),
                () => ActionsJson.Default.GetParamsRequest,
                () => ActionsJson.Default.ParamsReply),
            Route.To(
                "set_params",
                Lane.Free,
                new SetParamsHandler(callers),
                () => ActionsJson.Default.SetParamsRequest,
                () => ActionsJson.Default.ParamsReply),
            Route.To(
                "update_settings",
                Lane.Free,
                new UpdateSettingsHandler(shelf, callers, addresses),
                () => ActionsJson.Default.UpdateSettingsRequest,
                () => ActionsJson.Default.UpdateSettingsReply),
            Route.To(
                "get_inference_settings",
                Lane.Free,
                new GetInferenceSettingsHandler(callers, addresses, shelf, saved),
                () => ActionsJson.Default.GetInferenceSettingsRequest,
                () => ActionsJson.Default.ReplyInferenceSettingsPayload),
            Route.To(
                "save_inference_settings",
                Lane.Free,
                new SaveInferenceSettingsHandler(callers, addresses, shelf, saved),
                () => ActionsJson.Default.SaveInferenceSettingsRequest,
                () => ActionsJson.Default.ReplyInferenceSettingsPayload),
        ];

        Route Select(string name) => Route.To(
            name,
            Lane.ModelChange,
            select,
            () => ActionsJson.Default.SelectActiveModelRequest,
            () => ActionsJson.Default.ActiveModelReply);
    }

    /// <summary>What the command line asks a broker, beside all else.</summary>
    public static IReadOnlyList<Route> OfBroker(ModelShelf shelf, GenerationStreams streams, BrokerControl control)
        =>
        [
            Route.To(
                "broker_status",
                Lane.Free,
                new BrokerStatusHandler(shelf, streams, control),
                () => ActionsJson.Default.BrokerStatusRequest,
                () => ActionsJson.Default.ReplyBrokerStatusPayload),
            Route.To(
                "broker_stop",
                Lane.Urgent,
                new BrokerStopHandler(control),
                () => ActionsJson.Default.BrokerStopRequest,
                () => ActionsJson.Default.BrokerStopReply),
        ];
}
