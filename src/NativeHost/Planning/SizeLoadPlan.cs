using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;

namespace NativeHost.Planning;

/// <summary>Plans the load of a model of which only the size is known: on the processor, because how many layers it has is not known.</summary>
/// <param name="fileBytes">Of all its files.</param>
internal sealed class SizeLoadPlan(long fileBytes, ModelLoadOptions options, MemoryRoom room) : ILoadPlan
{
    public int WantedGpuLayers => 0;

    public MemoryPlan Choose(List<string> notes)
        => With(ContextChoice.Choose(options.ContextTokens, trainedTokens: int.MaxValue, tokens => new MemoryDemand(With(tokens).CpuBytes, room.MachineBytes), notes));

    public MemoryPlan With(int contextTokens) => ModelPlanner.OfSize(fileBytes, new PlanSettings { ContextTokens = contextTokens });

    public MemoryPlan With(int contextTokens, int gpuLayers) => With(contextTokens);

    public bool Fits(MemoryPlan plan) => plan.CpuBytes <= room.MachineBytes;
}
