using System.Buffers.Binary;
using System.Numerics;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Processor;

/// <summary>The processor as Windows tells about it: its name in the registry, its parts through the kernel.</summary>
/// <param name="usableThreads">Hardware threads that the runtime found this process may use.</param>
internal sealed class WindowsProcessor(IMachineRegistry registry, IWindowsKernel kernel, int usableThreads)
{
    private const string FirstProcessor = @"HARDWARE\DESCRIPTION\System\CentralProcessor\0";

    public ProcessorFacts Read()
    {
        var records = WindowsProcessorRecords.Read(kernel.ProcessorRecords());
        var identifier = registry.Text(FirstProcessor, "Identifier");
        var vendor = registry.Text(FirstProcessor, "VendorIdentifier") switch
        {
            "GenuineIntel" => ProcessorVendor.Intel,
            "AuthenticAMD" => ProcessorVendor.Amd,
            _ => identifier?.StartsWith("ARM", StringComparison.OrdinalIgnoreCase) == true ? ProcessorVendor.Arm : ProcessorVendor.Unknown,
        };
        var isX86 = vendor is ProcessorVendor.Intel or ProcessorVendor.Amd;
        var (family, model) = isX86 ? (After("Family"), After("Model")) : (null, null);
        var threads = records.Cores.Sum(core => core.Threads) is > 0 and var told ? told : Math.Max(1, usableThreads);
        var usable = Math.Clamp(usableThreads, 1, threads);
        var cores = records.Cores.Count > 0 ? records.Cores.Count : threads;
        var fastest = records.Cores.Select(core => core.Efficiency).DefaultIfEmpty().Max();
        var slow = records.Cores.Count(core => core.Efficiency < fastest);
        return new ProcessorFacts
        {
            Name = registry.Text(FirstProcessor, "ProcessorNameString")?.Trim(),
            Vendor = vendor,
            Generation = ProcessorGeneration.OfX86(vendor, family, model),
            Family = family,
            Model = model,
            Stepping = isX86 ? After("Stepping") : null,
            Cores = cores,
            Threads = threads,
            UsableCores = Math.Min(cores, usable),
            UsableThreads = usable,
            PerformanceCores = slow > 0 ? cores - slow : null,
            EfficiencyCores = slow > 0 ? slow : null,
            BaseMegahertz = (int?)registry.Number(FirstProcessor, "~MHz"),
            Caches = records.Caches,
        };

        // "Intel64 Family 6 Model 154 Stepping 3"
        int? After(string word)
        {
            var words = (identifier ?? "").Split(' ');
            var at = Array.IndexOf(words, word);
            return at >= 0 && at + 1 < words.Length ? (int?)FieldText.Number(words[at + 1]) : null;
        }
    }
}

/// <summary>The records of <c>SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX</c> that are of use here.</summary>
/// <param name="Cores">Threads of each core, and its class: 0 is the slowest.</param>
internal sealed record WindowsProcessorRecords(IReadOnlyList<(int Threads, int Efficiency)> Cores, IReadOnlyList<CacheFacts> Caches)
{
    private const int CoreRelation = 0; // RelationProcessorCore
    private const int CacheRelation = 2; // RelationCache
    private const int HeaderBytes = 8;
    private const int AffinityBytes = 16; // GROUP_AFFINITY: a mask of 8 bytes, the group's number

    /// <summary>Reads records that lie one behind the other; what is cut off is left out.</summary>
    public static WindowsProcessorRecords Read(ReadOnlySpan<byte> records)
    {
        var cores = new List<(int, int)>();
        var caches = new List<(int Level, CacheKind Kind, long Bytes)>();
        while (records.Length >= HeaderBytes)
        {
            var relation = BinaryPrimitives.ReadInt32LittleEndian(records);
            var length = BinaryPrimitives.ReadInt32LittleEndian(records[4..]);
            if (length < HeaderBytes || length > records.Length)
            {
                break;
            }

            var record = records[HeaderBytes..length];
            if (relation == CoreRelation && record.Length >= 24)
            {
                // PROCESSOR_RELATIONSHIP: flags, class, 20 reserved bytes, the number of masks, the masks.
                cores.Add((ThreadsIn(record[24..], BinaryPrimitives.ReadUInt16LittleEndian(record[22..])), record[1]));
            }
            else if (relation == CacheRelation && record.Length >= 12 && KindOf(BinaryPrimitives.ReadInt32LittleEndian(record[8..])) is { } kind)
            {
                // CACHE_RELATIONSHIP: level, associativity, two bytes of line size, size, type.
                caches.Add((record[0], kind, BinaryPrimitives.ReadUInt32LittleEndian(record[4..])));
            }

            records = records[length..];
        }

        return new WindowsProcessorRecords(
            cores,
            [.. caches.GroupBy(cache => cache).OrderBy(group => group.Key).Select(group => new CacheFacts(group.Key.Level, group.Key.Kind, group.Key.Bytes, group.Count()))]);
    }

    private static int ThreadsIn(ReadOnlySpan<byte> masks, int count)
    {
        var threads = 0;
        for (; count > 0 && masks.Length >= AffinityBytes; count--)
        {
            threads += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(masks));
            masks = masks[AffinityBytes..];
        }

        return threads;
    }

    // PROCESSOR_CACHE_TYPE
    private static CacheKind? KindOf(int type) => type switch
    {
        0 => CacheKind.Unified,
        1 => CacheKind.Instruction,
        2 => CacheKind.Data,
        _ => null,
    };
}
