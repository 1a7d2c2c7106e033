using NativeHost.Actions.Models;
using NativeHost.Actions.Planning;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Speed;
using NativeHost.Hardware.Probing;
using NativeHost.Library;
using NativeHost.Routing;

namespace NativeHost.Actions;

/// <summary>The actions about models before they are loaded, one entry each.</summary>
internal static class PlanningActions
{
    /// <param name="bandwidth">Tells how fast this machine's memory is read.</param>
    /// <param name="packing">What its processor makes llama.cpp do.</param>
    public static IReadOnlyList<Route> Of(
        Lazy<ModelLibrary> library,
        ModelAddresses addresses,
        ModelShelf shelf,
        Lazy<IMachine> machine,
        Func<CancellationToken, Task<Finding<MemoryBandwidth>>> bandwidth,
        CpuPacking packing)
    {
        var models = new PlannedModels(addresses, library);
        return
        [
            Route.To(
                "check_model_feasibility",
                Lane.Free,
                new CheckModelFeasibilityHandler(models, machine, shelf, packing),
                () => ActionsJson.Default.CheckModelFeasibilityRequest,
                () => ActionsJson.Default.ReplyFeasibilityPayload),
            Route.To(
                "estimate_model_size",
                Lane.Free,
                new EstimateModelSizeHandler(models, machine, shelf, bandwidth, packing),
                () => ActionsJson.Default.EstimateModelSizeRequest,
                () => ActionsJson.Default.EstimateModelSizeReply),
        ];
    }
}
