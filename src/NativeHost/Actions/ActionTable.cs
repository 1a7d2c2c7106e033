using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Actions.Session;
using NativeHost.Logging;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>Every action, one entry each.</summary>
internal static class ActionTable
{
    public static IReadOnlyList<Route> Of(ModelShelf shelf, CallerStates callers, ModelAddresses addresses, HostLog log)
    {
        var json = ActionsJson.Default;
        return
        [
            Route.To("ping", Lane.Free, new PingHandler(), json.PingRequest, json.PingReply),
            Route.To(
                "load_model", Lane.ModelChange, new LoadModelHandler(shelf, callers, addresses), json.LoadModelRequest, json.LoadModelReply),
            Route.To(
                "unload_model", Lane.ModelChange, new UnloadModelHandler(shelf, callers, addresses), json.UnloadModelRequest, json.ReplyUnloadedPayload),
            Route.To(
                "get_model_state", Lane.Free, new GetModelStateHandler(shelf, callers, addresses), json.GetModelStateRequest, json.ReplyModelPayload),
            Route.To(
                "generate",
                Lane.ModelUse,
                new GenerateHandler(shelf, callers, addresses, log),
                json.GenerateRequest,
                json.ReplyGenerationPayload,
                errorType: "generationError"),
            Route.To("stop_generation", Lane.Urgent, new StopGenerationHandler(shelf), json.StopGenerationRequest, json.StopGenerationReply),
            Route.To("get_params", Lane.Free, new GetParamsHandler(callers), json.GetParamsRequest, json.ParamsReply),
            Route.To("set_params", Lane.Free, new SetParamsHandler(callers), json.SetParamsRequest, json.ParamsReply),
            Route.To("update_settings", Lane.Free, new UpdateSettingsHandler(callers), json.UpdateSettingsRequest, json.UpdateSettingsReply),
        ];
    }
}
