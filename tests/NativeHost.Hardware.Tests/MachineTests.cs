using NativeHost.Hardware.Disks;
using NativeHost.Hardware.Graphics;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Probing;
using Xunit;

namespace NativeHost.Hardware.Tests;

public sealed class MachineTests
{
    private static readonly MachineFolder[] Folders = [new("models", "/models"), new("temp", "/temp")];
    private static readonly EngineDevices Engine = new("1.2", [new("CPU", "A processor", "llama_cpp_cpu", EngineDeviceKind.Cpu, 100, 60, null)]);

    /// <summary>The parts of a look, and how one probe of a machine is replaced.</summary>
    public static TheoryData<string> Parts => ["os", "cpu", "load", "memory", "gpus", "engine", "npu", "disks"];

    [Fact]
    public async Task Without_a_fault_everything_is_known()
    {
        var look = await new Machine(Probes(), EngineAsync, Folders, TimeProvider.System).LookAsync(Patience.Token);

        Assert.All(Found(look), part => Assert.True(part.IsKnown, part.Name));
        Assert.All(Found(look), part => Assert.Null(part.Reason));
        Assert.Empty(look.Pending);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task A_probe_that_fails_costs_its_own_part_only(string broken)
    {
        var fault = new InvalidDataException("It is broken.");
        var machine = Broken(broken, () => throw fault, _ => throw fault);

        var look = await machine.LookAsync(Patience.Token);

        Assert.All(Found(look), part => Assert.Equal(part.Name != broken, part.IsKnown));
        Assert.All(Found(look), part => Assert.Equal(part.Name == broken ? "It is broken." : null, part.Reason));
        Assert.Empty(look.Pending);
    }

    [Fact]
    public async Task A_probe_that_hangs_costs_its_own_part_and_two_seconds()
    {
        using var never = new ManualResetEventSlim();

        // All beside each other, or each would cost the test two seconds.
        var looks = await Task.WhenAll(Parts.Select(async part => (Part: part.Data, Look: await Broken(
            part.Data,
            () => never.Wait(Patience.Token),
            async cancellationToken => await Task.Delay(Timeout.Infinite, cancellationToken)).LookAsync(Patience.Token))));
        never.Set();

        foreach (var (broken, look) in looks)
        {
            Assert.All(Found(look), part => Assert.Equal(part.Name != broken, part.IsKnown));
            Assert.Equal(broken == "load" ? [] : [broken], look.Pending);
        }
    }

    [Fact]
    public async Task Of_several_disks_one_that_fails_does_not_hide_the_others()
    {
        var machine = new Machine(Probes() with { Disk = path => path == "/temp" ? throw new IOException("Gone.") : Space }, EngineAsync, Folders, TimeProvider.System);

        var look = await machine.LookAsync(Patience.Token);

        Assert.Equal(Space, look.Disks[0].Space.Value);
        Assert.Null(look.Disks[1].Space.Value);
        Assert.Equal("Gone.", look.Disks[1].Space.Reason);
    }

    [Fact]
    public async Task Memory_is_read_each_time_and_the_processor_once()
    {
        var (memories, processors) = (0, 0);
        var probes = Probes() with
        {
            Memory = () => Memory with { Available = Interlocked.Increment(ref memories) },
            Processor = () => Processor with { Cores = Interlocked.Increment(ref processors) },
        };
        var machine = new Machine(probes, EngineAsync, Folders, new ManualClock());

        await machine.LookAsync(Patience.Token);
        var look = await machine.LookAsync(Patience.Token);

        Assert.Equal(2, look.Memory.Value!.Available);
        Assert.Equal(1, look.Processor.Value!.Cores);
    }

    [Fact]
    public async Task Free_memory_of_a_gpu_that_the_engine_alone_knows_is_asked_of_it_again()
    {
        var clock = new ManualClock();
        var asked = 0;
        var gpu = new EngineDevice("Vulkan0", "Some GPU", "llama_cpp_vulkan", EngineDeviceKind.Gpu, 100, 60, null);
        var machine = new Machine(
            Probes() with { Graphics = _ => NoGpusAsync() },
            _ => Task.FromResult(new EngineDevices("1.2", [gpu with { FreeBytes = Interlocked.Increment(ref asked) }])),
            Folders,
            clock);

        await machine.LookAsync(Patience.Token);
        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(1, (await machine.LookAsync(Patience.Token)).Graphics.Value!.Single().FreeBytes);
        Assert.Equal(1, asked);

        var timeout = Patience.Token;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(15), (await machine.LookAsync(Patience.Token)).Graphics.Age);
        while ((await machine.LookAsync(timeout)).Graphics.Value!.Single().FreeBytes == 1)
        {
            await Task.Delay(1, timeout);
        }
    }

    [Fact]
    public async Task An_engine_without_a_gpu_is_asked_once_in_ten_minutes()
    {
        var clock = new ManualClock();
        var asked = 0;
        var machine = new Machine(
            Probes(),
            _ =>
            {
                Interlocked.Increment(ref asked);
                return EngineAsync(_);
            },
            Folders,
            clock);

        await machine.LookAsync(Patience.Token);
        clock.Advance(TimeSpan.FromMinutes(9));
        await machine.LookAsync(Patience.Token);

        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_let_go()
    {
        var machine = new Machine(Probes() with { Graphics = _ => new TaskCompletionSource<IReadOnlyList<GraphicsDevice>>().Task }, EngineAsync, Folders, TimeProvider.System);
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => machine.LookAsync(giveUp.Token));
    }

    private static ProcessorFacts Processor { get; } = new() { Cores = 2, Threads = 4, UsableCores = 2, UsableThreads = 4 };

    private static MemoryFacts Memory { get; } = new(100, 60, 40, null, 0, 0);

    private static FolderSpace Space { get; } = new(1000, 400, 500, "ext4");

    private static MachineProbes Probes() => new(
        () => new SystemFacts("linux", "6.1", "x86_64", "Linux 6.1"),
        () => Processor,
        () => new LoadFacts(5),
        () => Memory,
        _ => Task.FromResult<IReadOnlyList<GraphicsDevice>>([new GraphicsDevice { Name = "A GPU" }]),
        _ => NoGpusAsync(),
        () => [],
        _ => Space);

    private static Task<EngineDevices> EngineAsync(CancellationToken cancellationToken) => Task.FromResult(Engine);

    private static Task<IReadOnlyList<GraphicsDevice>> NoGpusAsync() => Task.FromResult<IReadOnlyList<GraphicsDevice>>([]);

    /// <summary>A machine of which one part is out of order.</summary>
    private static Machine Broken(string part, Action fault, Func<CancellationToken, Task> slowFault)
    {
        var probes = Probes();
        var broken = part switch
        {
            "os" => probes with { System = After(probes.System) },
            "cpu" => probes with { Processor = After(probes.Processor) },
            "load" => probes with { Load = After(probes.Load) },
            "memory" => probes with { Memory = After(probes.Memory) },
            "gpus" => probes with { Graphics = AfterAsync(probes.Graphics) },
            "npu" => probes with { Neural = After(probes.Neural) },
            "disks" => probes with { Disk = path => After(() => probes.Disk(path))() },
            _ => probes,
        };
        return new Machine(broken, part == "engine" ? AfterAsync(EngineAsync) : EngineAsync, Folders, TimeProvider.System);

        Func<T> After<T>(Func<T> probe) => () =>
        {
            fault();
            return probe();
        };

        Func<CancellationToken, Task<T>> AfterAsync<T>(Func<CancellationToken, Task<T>> probe) => async cancellationToken =>
        {
            await slowFault(cancellationToken);
            return await probe(cancellationToken);
        };
    }

    private static IEnumerable<(string Name, bool IsKnown, string? Reason)> Found(MachineLook look) =>
    [
        ("os", look.System.Value is not null, Reason(look.System)),
        ("cpu", look.Processor.Value is not null, Reason(look.Processor)),
        ("load", look.Load.Value is not null, Reason(look.Load)),
        ("memory", look.Memory.Value is not null, Reason(look.Memory)),
        ("gpus", look.Graphics.Value is { Count: > 0 }, Reason(look.Graphics)),
        ("engine", look.Engine.Value is not null, Reason(look.Engine)),
        ("npu", look.Neural.Value is not null, Reason(look.Neural)),
        ("disks", look.Disks.All(disk => disk.Space.Value is not null), Reason(look.Disks[0].Space)),
    ];

    private static string? Reason<T>(Hardware.Probing.Finding<T> finding)
        where T : class
        => finding.Reason;
}
