using NativeHost.Actions.Broker;
using NativeHost.Actions.Generation;
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
    public static IReadOnlyList<Route> Of(
        ModelShelf shelf,
        GenerationStreams streams,
        CallerStates callers,
        ModelAddresses addresses,
        RepositoryModels repositories,
        CallerGrants grants,
        OpenWork work)
        =>
        [
            Route.To(
                "ping",
                Lane.Free,
                new PingHandler(),
                () => ActionsJson.Default.PingRequest,
                () => ActionsJson.Default.PingReply),
            Route.To(
                "load_model",
                Lane.ModelChange,
                new LoadModelHandler(shelf, callers, addresses, repositories),
                () => ActionsJson.Default.LoadModelRequest,
                () => ActionsJson.Default.LoadModelReply,
                stoppable: Stoppable.ByName),
            Route.To(
                "unload_model",
                Lane.ModelChange,
                new UnloadModelHandler(shelf, callers, addresses, grants),
                () => ActionsJson.Default.UnloadModelRequest,
                () => ActionsJson.Default.ReplyUnloadedPayload),
            Route.To(
                "get_model_state",
                Lane.Free,
                new GetModelStateHandler(shelf, callers, addresses),
                () => ActionsJson.Default.GetModelStateRequest,
                () => ActionsJson.Default.ReplyModelPayload),
            Route.To(
                "generate",
                Lane.ModelUse,
                new GenerateHandler(shelf, streams, callers, addresses),
                () => ActionsJson.Default.GenerateRequest,
                () => ActionsJson.Default.ReplyGenerationPayload,
                errorType: "generationError",
                stoppable: Stoppable.Always),
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
                stoppable: Stoppable.Always),
            Route.To(
                "list_streams",
                Lane.Free,
                new ListStreamsHandler(streams),
                () => ActionsJson.Default.ListStreamsRequest,
                () => ActionsJson.Default.ReplyStreamListPayload),
            Route.To(
                "get_params",
                Lane.Free,
                new GetParamsHandler(callers),
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
                new UpdateSettingsHandler(shelf, callers),
                () => ActionsJson.Default.UpdateSettingsRequest,
                () => ActionsJson.Default.UpdateSettingsReply),
        ];

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
