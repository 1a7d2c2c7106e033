using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Processor;

/// <summary>The processor as macOS tells about it: values by name.</summary>
/// <param name="usableThreads">Hardware threads that the runtime found this process may use.</param>
internal sealed class MacProcessor(IMacKernel kernel, int usableThreads)
{
    private const long MegahertzInHertz = 1_000_000;

    public ProcessorFacts Read()
    {
        var name = kernel.Text("machdep.cpu.brand_string");
        var vendor = name?.StartsWith("Apple", StringComparison.Ordinal) == true ? ProcessorVendor.Apple
            : kernel.Text("machdep.cpu.vendor") == "GenuineIntel" ? ProcessorVendor.Intel
            : ProcessorVendor.Unknown;
        var (family, model) = vendor == ProcessorVendor.Intel ? (Number("machdep.cpu.family"), Number("machdep.cpu.model")) : (null, null);
        var threads = Number("hw.logicalcpu") ?? Math.Max(1, usableThreads);
        var cores = Number("hw.physicalcpu") ?? threads;
        var usable = Math.Clamp(usableThreads, 1, threads);

        // Level 0 is the fastest.
        var levels = Enumerable.Range(0, Number("hw.nperflevels") ?? 0).Select(level => (Prefix: $"hw.perflevel{level}.", Cores: Number($"hw.perflevel{level}.physicalcpu") ?? 0)).ToList();
        var hasTwoKinds = levels.Count(level => level.Cores > 0) > 1;
        return new ProcessorFacts
        {
            Name = name,
            Vendor = vendor,
            Generation = vendor == ProcessorVendor.Apple ? ProcessorGeneration.OfApple(name) : ProcessorGeneration.OfX86(vendor, family, model),
            Family = family,
            Model = model,
            Stepping = vendor == ProcessorVendor.Intel ? Number("machdep.cpu.stepping") : null,
            Cores = cores,
            Threads = threads,
            UsableCores = Math.Min(cores, usable),
            UsableThreads = usable,
            PerformanceCores = hasTwoKinds ? levels[0].Cores : null,
            EfficiencyCores = hasTwoKinds ? levels.Skip(1).Sum(level => level.Cores) : null,
            BaseMegahertz = Megahertz("hw.cpufrequency"),
            MaxMegahertz = Megahertz("hw.cpufrequency_max"),
            Caches = levels.Count > 0 ? [.. levels.SelectMany(level => CachesOf(level.Prefix, level.Cores)).Order(ByLevel)] : [.. CachesOf("hw.", cores)],
        };
    }

    private static Comparer<CacheFacts> ByLevel { get; } =
        Comparer<CacheFacts>.Create((one, other) => (one.Level, one.Kind, -one.Bytes).CompareTo((other.Level, other.Kind, -other.Bytes)));

    /// <summary>The caches of cores of one kind.</summary>
    private IEnumerable<CacheFacts> CachesOf(string prefix, int cores)
    {
        foreach (var (value, kind) in ((string, CacheKind)[])[("l1dcachesize", CacheKind.Data), ("l1icachesize", CacheKind.Instruction)])
        {
            if (kernel.Number(prefix + value) is { } bytes and > 0)
            {
                yield return new CacheFacts(1, kind, bytes, cores);
            }
        }

        if (kernel.Number($"{prefix}l2cachesize") is { } second and > 0)
        {
            var coresEach = Number($"{prefix}cpusperl2") ?? 1;
            yield return new CacheFacts(2, CacheKind.Unified, second, (cores + coresEach - 1) / Math.Max(1, coresEach));
        }

        if (kernel.Number($"{prefix}l3cachesize") is { } third and > 0)
        {
            yield return new CacheFacts(3, CacheKind.Unified, third, Number("hw.packages") ?? 1);
        }
    }

    private int? Number(string name) => kernel.Number(name) is { } number ? (int)number : null;

    private int? Megahertz(string name) => kernel.Number(name) is { } hertz and > 0 ? (int)(hertz / MegahertzInHertz) : null;
}
