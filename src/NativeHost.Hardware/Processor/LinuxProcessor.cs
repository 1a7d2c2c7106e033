using System.Globalization;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Processor;

/// <summary>The processor as Linux tells about it: in /proc/cpuinfo, and in the folder of each hardware thread.</summary>
/// <param name="usableThreads">Hardware threads that the runtime found this process may use.</param>
internal sealed class LinuxProcessor(ISystemFiles files, int usableThreads)
{
    private const string Processors = "/sys/devices/system/cpu";

    /// <summary>Cores of less than this part of the fastest one's capacity are the slow kind.</summary>
    private const double SlowCapacity = 0.67;

    public ProcessorFacts Read()
    {
        var about = files.Read("/proc/cpuinfo");
        var topology = LinuxTopology.Read(files.Read);
        var numbers = topology.Cores.SelectMany(core => core).Order().ToList();
        var vendor = VendorOf(about);
        var (family, model) = ((int?)Number("cpu family"), (int?)Number("model"));
        var threads = numbers.Count > 0 ? numbers.Count : Math.Max(1, usableThreads);
        var cores = topology.Cores.Count > 0 ? topology.Cores.Count : threads;
        var usable = Math.Clamp(usableThreads, 1, threads);
        var (fast, slow) = Kinds(topology);
        return new ProcessorFacts
        {
            Name = NameOf(about),
            Vendor = vendor,
            Generation = ProcessorGeneration.OfX86(vendor, family, model),
            Family = family,
            Model = model,
            Stepping = (int?)Number("stepping"),
            Cores = cores,
            Threads = threads,
            UsableCores = Math.Clamp(topology.Cores.Count > 0 ? topology.UsableCores : cores, 1, usable),
            UsableThreads = usable,
            PerformanceCores = fast,
            EfficiencyCores = slow,
            BaseMegahertz = BaseClock(about),
            MaxMegahertz = (int?)(numbers.Max(number => FieldText.Number(files.Read($"{Processors}/cpu{number}/cpufreq/cpuinfo_max_freq"))) / 1000),
            Caches = Caches(numbers),
        };

        long? Number(string name) => FieldText.Number(FieldText.Of(name, ':', about));
    }

    private static ProcessorVendor VendorOf(string? about) => FieldText.Of("vendor_id", ':', about) switch
    {
        "GenuineIntel" => ProcessorVendor.Intel,
        "AuthenticAMD" => ProcessorVendor.Amd,
        _ => FieldText.Hexadecimal(FieldText.Of("CPU implementer", ':', about)) switch
        {
            0x41 => ProcessorVendor.Arm,
            0x61 => ProcessorVendor.Apple,
            _ => ProcessorVendor.Unknown,
        },
    };

    // ARM processors have no name of their own there; the board's says most, and the core's number the rest.
    private string? NameOf(string? about)
        => FieldText.Of("model name", ':', about)
            ?? FieldText.Of("Model", ':', about)
            ?? files.Read("/proc/device-tree/model")?.Trim('\0', ' ', '\n')
            ?? (FieldText.Of("CPU part", ':', about) is { } part
                ? ArmCores.NameOf(FieldText.Hexadecimal(FieldText.Of("CPU implementer", ':', about)), FieldText.Hexadecimal(part)) ?? $"Arm core {part}"
                : null);

    /// <summary>Fast and slow cores, where there are both.</summary>
    private (int? Fast, int? Slow) Kinds(LinuxTopology topology)
    {
        // Intel's two kinds have a unit of performance counters each.
        var atoms = FieldText.NumbersIn(files.Read("/sys/devices/cpu_atom/cpus"));
        var isSlow = atoms.Count > 0 ? atoms.Contains : SlowByCapacity(topology);
        var slow = topology.Cores.Count(core => core.Any(isSlow));
        return slow > 0 && slow < topology.Cores.Count ? (topology.Cores.Count - slow, slow) : (null, null);
    }

    private Func<int, bool> SlowByCapacity(LinuxTopology topology)
    {
        var capacities = topology.Cores.SelectMany(core => core).ToDictionary(number => number, number => FieldText.Number(files.Read($"{Processors}/cpu{number}/cpu_capacity")) ?? 0);
        var fastest = capacities.Values.DefaultIfEmpty().Max();
        return number => capacities[number] < fastest * SlowCapacity;
    }

    private int? BaseClock(string? about)
    {
        if (FieldText.Number(files.Read($"{Processors}/cpu0/cpufreq/base_frequency")) is { } kilohertz)
        {
            return (int)(kilohertz / 1000);
        }

        if (FieldText.Number(files.Read($"{Processors}/cpu0/acpi_cppc/nominal_freq")) is { } megahertz and > 0)
        {
            return (int)megahertz;
        }

        // Intel writes it into the name: "Intel(R) Xeon(R) CPU @ 2.20GHz".
        var name = FieldText.Of("model name", ':', about) ?? "";
        var at = name.LastIndexOf("@ ", StringComparison.Ordinal);
        return at >= 0 && name.EndsWith("GHz", StringComparison.Ordinal)
            && double.TryParse(name[(at + 2)..^3], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var gigahertz)
            ? (int)Math.Round(gigahertz * 1000)
            : null;
    }

    /// <summary>Each cache is told by every thread that shares it.</summary>
    private IReadOnlyList<CacheFacts> Caches(IReadOnlyList<int> numbers)
    {
        var caches = new HashSet<(int Level, CacheKind Kind, long Bytes, string SharedBy)>();
        foreach (var number in numbers)
        {
            var folder = $"{Processors}/cpu{number}/cache";
            foreach (var index in files.Names(folder).Where(name => name.StartsWith("index", StringComparison.Ordinal)))
            {
                if (FieldText.Number(Read("level")) is { } level && Bytes(Read("size")) is { } bytes && KindOf(Read("type")) is { } kind)
                {
                    caches.Add(((int)level, kind, bytes, Read("shared_cpu_list") ?? $"{number}"));
                }

                string? Read(string name) => files.Read($"{folder}/{index}/{name}")?.Trim();
            }
        }

        return
        [
            .. caches.GroupBy(cache => (cache.Level, cache.Kind, cache.Bytes))
                .OrderBy(group => group.Key)
                .Select(group => new CacheFacts(group.Key.Level, group.Key.Kind, group.Key.Bytes, group.Count())),
        ];
    }

    private static CacheKind? KindOf(string? type) => type switch
    {
        "Data" => CacheKind.Data,
        "Instruction" => CacheKind.Instruction,
        "Unified" => CacheKind.Unified,
        _ => null,
    };

    /// <summary>A size such as <c>32K</c>.</summary>
    private static long? Bytes(string? size) => size switch
    {
        [.. var digits, 'K'] => FieldText.Number(digits) * 1024,
        [.. var digits, 'M'] => FieldText.Number(digits) * 1024 * 1024,
        _ => null,
    };
}
