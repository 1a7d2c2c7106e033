using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Neural;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware;

/// <summary>The questions that a system answers about its machine. Each may block, fail, or never come back.</summary>
/// <param name="Load">Of all processors together.</param>
/// <param name="Graphics">GPUs, by what the system tells.</param>
/// <param name="GraphicsTool">GPUs, by what the driver's own program tells.</param>
/// <param name="Disk">The disk of a folder.</param>
internal sealed record MachineProbes(
    Func<SystemFacts> System,
    Func<ProcessorFacts> Processor,
    Func<LoadFacts> Load,
    Func<MemoryFacts> Memory,
    Func<CancellationToken, Task<IReadOnlyList<GraphicsDevice>>> Graphics,
    Func<CancellationToken, Task<IReadOnlyList<GraphicsDevice>>> GraphicsTool,
    Func<IReadOnlyList<NeuralDevice>> Neural,
    Func<string, FolderSpace> Disk)
{
    /// <summary>Whether <see cref="Graphics"/> may tell what is free, and so is worth asking often.</summary>
    public bool KnowsFreeGraphicsMemory { get; init; }

    /// <summary>Those of the system that this process runs on.</summary>
    public static MachineProbes OfThisSystem()
        => OperatingSystem.IsWindows() ? OfWindows(new MachineRegistry(), new WindowsKernel(), new SystemCommands(), Environment.ProcessorCount)
            : OperatingSystem.IsMacOS() ? OfMacOS(new MacKernel(), new SystemCommands(), Environment.ProcessorCount)
            : OfLinux(new SystemFiles(), new SystemCommands(), Environment.ProcessorCount);

    /// <param name="usableThreads">Hardware threads that this process may use.</param>
    public static MachineProbes OfLinux(ISystemFiles files, ICommands commands, int usableThreads) => new(
        () => SystemFacts.OnLinux(files),
        new LinuxProcessor(files, usableThreads).Read,
        new ProcessorLoad(() => ProcessorLoad.OnLinux(files)).Read,
        () => MemoryProbes.OnLinux(files),
        _ => Task.FromResult(new LinuxGraphics(files).Read()),
        cancellationToken => NvidiaTool.ListAsync(commands, null, cancellationToken),
        () => NeuralProbes.OnLinux(files),
        FolderSpaces.Of)
    {
        KnowsFreeGraphicsMemory = true,
    };

    /// <inheritdoc cref="OfLinux"/>
    public static MachineProbes OfWindows(IMachineRegistry registry, IWindowsKernel kernel, ICommands commands, int usableThreads) => new(
        () => SystemFacts.OnWindows(registry),
        new WindowsProcessor(registry, kernel, usableThreads).Read,
        new ProcessorLoad(() => ProcessorLoad.OnWindows(kernel)).Read,
        () => MemoryProbes.OnWindows(kernel),
        _ => Task.FromResult(new WindowsGraphics(registry, kernel).Read()),
        cancellationToken => NvidiaTool.ListAsync(commands, [Path.Combine(Environment.SystemDirectory, "nvidia-smi.exe")], cancellationToken),
        () => NeuralProbes.OnWindows(registry, kernel),
        FolderSpaces.Of);

    /// <inheritdoc cref="OfLinux"/>
    public static MachineProbes OfMacOS(IMacKernel kernel, ICommands commands, int usableThreads) => new(
        () => SystemFacts.OnMacOS(kernel),
        new MacProcessor(kernel, usableThreads).Read,
        new ProcessorLoad(() => ProcessorLoad.OnMacOS(kernel)).Read,
        () => MemoryProbes.OnMacOS(kernel),
        cancellationToken => MacGraphics.ListAsync(commands, cancellationToken),
        _ => Task.FromResult<IReadOnlyList<GraphicsDevice>>([]),
        () => NeuralProbes.OnMacOS(kernel),
        FolderSpaces.Of);
}
