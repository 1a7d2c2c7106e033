using NativeHost.Actions.Hardware;
using NativeHost.Actions.Models;
using NativeHost.Hardware;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about the machine, one entry each.</summary>
internal static class HardwareActions
{
    /// <param name="machine">Nothing is found out before somebody asks.</param>
    public static IReadOnlyList<Route> Of(Lazy<IMachine> machine, ModelShelf shelf, TimeProvider time)
        =>
        [
            Route.To(
                "get_system_info",
                Lane.Free,
                new GetSystemInfoHandler(machine),
                () => ActionsJson.Default.GetSystemInfoRequest,
                () => ActionsJson.Default.SystemInfoReply),
            Route.To(
                "get_hardware_info",
                Lane.Free,
                new GetHardwareInfoHandler(machine),
                () => ActionsJson.Default.GetHardwareInfoRequest,
                () => ActionsJson.Default.ReplyHardwarePayload),
            Route.To(
                "get_system_resources",
                Lane.Free,
                new GetSystemResourcesHandler(machine),
                () => ActionsJson.Default.GetSystemResourcesRequest,
                () => ActionsJson.Default.ReplySystemResourcesPayload),
            Route.To(
                "query_resources",
                Lane.Free,
                new QueryResourcesHandler(machine, shelf),
                () => ActionsJson.Default.QueryResourcesRequest,
                () => ActionsJson.Default.QueryResourcesReply),
            Route.To(
                "get_memory_usage",
                Lane.Free,
                new GetMemoryUsageHandler(machine, shelf, time),
                () => ActionsJson.Default.GetMemoryUsageRequest,
                () => ActionsJson.Default.ReplyMemoryUsagePayload),
            Route.To(
                "get_recommended_models",
                Lane.Free,
                new GetRecommendedModelsHandler(machine, shelf),
                () => ActionsJson.Default.GetRecommendedModelsRequest,
                () => ActionsJson.Default.ReplyRecommendedModelsPayload),
            Route.To(
                "recommend_split",
                Lane.Free,
                new RecommendSplitHandler(machine, shelf),
                () => ActionsJson.Default.RecommendSplitRequest,
                () => ActionsJson.Default.ReplySplitPayload),
        ];
}
