using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Neural;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware;

/// <summary>What is known of the machine at one moment. Parts that could not be found out say why, and cost the others nothing.</summary>
/// <param name="Engine">What llama.cpp computes on.</param>
/// <param name="Graphics">GPUs, as the system, the drivers and the engine together show them; the age is that of their free memory.</param>
/// <param name="Neural">Processors for neural networks beside CPU and GPU.</param>
/// <param name="Disks">The disks of the folders that were asked about, in their order.</param>
public sealed record MachineLook(
    Finding<SystemFacts> System,
    Finding<ProcessorFacts> Processor,
    Finding<LoadFacts> Load,
    Finding<MemoryFacts> Memory,
    Finding<EngineDevices> Engine,
    Finding<IReadOnlyList<GraphicsDevice>> Graphics,
    Finding<IReadOnlyList<NeuralDevice>> Neural,
    IReadOnlyList<(MachineFolder Folder, Finding<FolderSpace> Space)> Disks)
{
    /// <summary>The vector instructions that this process may use.</summary>
    public IReadOnlyList<string> InstructionSets { get; init; } = Hardware.Processor.InstructionSets.OfThisProcess;

    /// <summary>Parts that are still being found out, by short names.</summary>
    public IReadOnlyList<string> Pending =>
    [
        .. new (string Name, bool IsPending)[]
        {
            ("os", System.IsPending),
            ("cpu", Processor.IsPending),
            ("memory", Memory.IsPending),
            ("gpus", Graphics.IsPending),
            ("engine", Engine.IsPending),
            ("npu", Neural.IsPending),
            ("disks", Disks.Any(disk => disk.Space.IsPending)),
        }.Where(part => part.IsPending).Select(part => part.Name),
    ];
}
