using NativeHost.BitNet.Reading;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;

namespace NativeHost.Planning;

/// <summary>Plans a model's memory for the engine that would load it.</summary>
internal static class EnginePlans
{
    public static MemoryPlan Of(ModelHeader header, PlanSettings settings)
        => TernaryDialect.IsTernary(header.First)
            ? TernaryPlanner.Of(header, settings, new TernaryForms(), PhysicalCores.DefaultThreads)
            : ModelPlanner.Of(header, settings, CpuPacking.OfThisMachine);
}
