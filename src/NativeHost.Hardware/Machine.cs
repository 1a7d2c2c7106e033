using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Neural;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware;

/// <summary>Tells what the machine has and has free.</summary>
public interface IMachine
{
    /// <summary>What is known now; who asks first waits a moment for what takes time.</summary>
    Task<MachineLook> LookAsync(CancellationToken cancellationToken);
}

/// <summary>This machine, found out part by part when somebody asks.</summary>
/// <remarks>
/// Safe to ask from any thread. Nothing runs while nobody asks. What takes time (programs, the engine in a process of its own) runs in the
/// background and is kept; an answer that is too old is given once more, while another one is fetched. What is quick (memory, disks) is
/// read each time.
/// </remarks>
public sealed class Machine : IMachine
{
    private static readonly TimeSpan QuickLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromSeconds(20);

    /// <summary>A driver that starts up has taken half a minute.</summary>
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long the first answer to a question is waited for; and how long a newer one to a question that is quick.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan QuickPatience = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan Always = TimeSpan.MaxValue;
    private static readonly TimeSpan LoadFreshness = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ListFreshness = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FreeMemoryFreshness = TimeSpan.FromSeconds(5);

    /// <summary>Where the engine alone knows free memory: it takes a process of its own each time.</summary>
    private static readonly TimeSpan EngineMemoryFreshness = TimeSpan.FromSeconds(15);

    private readonly Probe<SystemFacts> _system;
    private readonly Probe<ProcessorFacts> _processor;
    private readonly Probe<LoadFacts> _load;
    private readonly Probe<MemoryFacts> _memory;
    private readonly Probe<IReadOnlyList<GraphicsDevice>> _graphics;
    private readonly Probe<IReadOnlyList<GraphicsDevice>> _tool;
    private readonly Probe<EngineDevices> _engine;
    private readonly Probe<IReadOnlyList<NeuralDevice>> _neural;
    private readonly IReadOnlyList<(MachineFolder Folder, Probe<FolderSpace> Space)> _disks;
    private readonly TimeSpan _graphicsFreshness;

    /// <param name="engine">Lists what llama.cpp computes on, in a process of its own: a driver may crash or hang.</param>
    /// <param name="folders">Whose disks are of interest.</param>
    public Machine(Func<CancellationToken, Task<EngineDevices>> engine, IReadOnlyList<MachineFolder> folders, TimeProvider time)
        : this(MachineProbes.OfThisSystem(), engine, folders, time)
    {
    }

    internal Machine(MachineProbes probes, Func<CancellationToken, Task<EngineDevices>> engine, IReadOnlyList<MachineFolder> folders, TimeProvider time)
    {
        _system = Probe<SystemFacts>.Of(probes.System, QuickLimit, time);
        _processor = Probe<ProcessorFacts>.Of(probes.Processor, QuickLimit, time);
        _load = Probe<LoadFacts>.Of(probes.Load, QuickLimit, time);
        _memory = Probe<MemoryFacts>.Of(probes.Memory, QuickLimit, time);
        _graphics = new(probes.Graphics, ProgramLimit, time);
        _graphicsFreshness = probes.KnowsFreeGraphicsMemory ? FreeMemoryFreshness : ListFreshness;
        _tool = new(probes.GraphicsTool, ProgramLimit, time);
        _engine = new(engine, EngineLimit, time);
        _neural = Probe<IReadOnlyList<NeuralDevice>>.Of(probes.Neural, QuickLimit, time);
        _disks = [.. folders.Select(folder => (folder, Probe<FolderSpace>.Of(() => probes.Disk(folder.Path), QuickLimit, time)))];
    }

    public async Task<MachineLook> LookAsync(CancellationToken cancellationToken)
    {
        // All are asked before the first one is waited for.
        var system = AskAsync(_system, Always);
        var processor = AskAsync(_processor, Always);
        var load = AskAsync(_load, LoadFreshness, QuickPatience);
        var memory = AskAsync(_memory, TimeSpan.Zero, QuickPatience);
        var graphics = AskAsync(_graphics, _graphicsFreshness);
        var tool = AskAsync(_tool, FreeMemoryFreshness);
        var engine = AskAsync(_engine, ListFreshness);
        var neural = AskAsync(_neural, ListFreshness);
        var disks = _disks.Select(disk => (disk.Folder, Space: AskAsync(disk.Space, TimeSpan.Zero, QuickPatience))).ToList();

        var computing = await engine;
        var devices = Merged(await graphics, await tool, computing);
        if (IsEngineAlone(devices))
        {
            // So it is asked more often.
            _ = AskAsync(_engine, EngineMemoryFreshness);
        }

        var spaces = new List<(MachineFolder, Finding<FolderSpace>)>();
        foreach (var (folder, space) in disks)
        {
            spaces.Add((folder, await space));
        }

        return new MachineLook(await system, await processor, await load, await memory, computing, devices, await neural, spaces);

        Task<Finding<T>> AskAsync<T>(Probe<T> probe, TimeSpan freshFor, TimeSpan patience = default)
            where T : class
            => probe.AskAsync(freshFor, FirstPatience, patience, cancellationToken);
    }

    /// <summary>Whether nobody else knows what is free on some GPU.</summary>
    private static bool IsEngineAlone(Finding<IReadOnlyList<GraphicsDevice>> devices) => devices.Value?.Any(device => device.IsFreeByEngine) == true;

    private static Finding<IReadOnlyList<GraphicsDevice>> Merged(
        Finding<IReadOnlyList<GraphicsDevice>> system, Finding<IReadOnlyList<GraphicsDevice>> tool, Finding<EngineDevices> engine)
    {
        if (system.Value is null && tool.Value is null && engine.Value is null)
        {
            return system;
        }

        var devices = GraphicsMerge.WithTool(system.Value ?? [], tool.Value ?? []);
        var merged = new Finding<IReadOnlyList<GraphicsDevice>>(
            GraphicsMerge.WithEngine(devices, engine.Value?.Devices ?? []),
            system.Reason ?? tool.Reason,
            tool.Value is { Count: > 0 } ? tool.Age : system.Age,
            system.IsPending || tool.IsPending);
        return IsEngineAlone(merged) ? merged with { Age = engine.Age } : merged;
    }
}
