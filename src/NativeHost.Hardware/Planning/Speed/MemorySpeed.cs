using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Processor;

namespace NativeHost.Hardware.Planning.Speed;

/// <summary>Tells how fast this machine's memory is read, which decides how fast a model makes tokens on the CPU.</summary>
/// <remarks>
/// Measured for a processor in the background, when somebody asks for the first time. The first few processes do so, and the best of their
/// figures stays in a file: other programs may load the machine while one measures. Safe to ask from any thread.
/// </remarks>
public sealed class MemorySpeed
{
    /// <summary>So many processes measure before the best is good enough.</summary>
    internal const int Measurements = 4;

    private const long MiB = 1024 * 1024;

    /// <summary>A buffer so many times as large as the last cache: of what was read in a round, hardly anything is still there in the next.</summary>
    private const int CacheSizes = 3;

    private const long LeastBytes = 128 * MiB;
    private const long MostBytes = 1024 * MiB;

    /// <summary>Of the memory that is free, for a tenth of a second.</summary>
    private const int PartOfFree = 4;

    /// <summary>For a processor that does not tell.</summary>
    private const long UsualCacheBytes = 32 * MiB;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The file is read in less; the measurement is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(10);

    private readonly Probe<MemoryBandwidth> _probe;

    /// <param name="folder">Of files that can be made again.</param>
    /// <param name="isQuiet">Whether no model of ours computes: with one, memory would seem slower than it is.</param>
    public MemorySpeed(string folder, Func<bool> isQuiet, TimeProvider time)
        : this(new KeptBandwidth(folder), () => MachineProbes.OfThisSystem().Processor(), AvailableMemory.Bytes, BandwidthMeter.Measure, isQuiet, time)
    {
    }

    /// <param name="measure">Bytes a second, of so many threads and so large a buffer.</param>
    internal MemorySpeed(
        KeptBandwidth kept, Func<ProcessorFacts> processor, Func<long> freeBytes, Func<int, long, double> measure, Func<bool> isQuiet, TimeProvider time)
    {
        _probe = Probe<MemoryBandwidth>.Of(Look, Limit, time);

        MemoryBandwidth Look()
        {
            var (facts, threads) = (processor(), PhysicalCores.DefaultThreads);
            var name = facts.Name ?? $"{facts.Vendor} {facts.Generation}, {facts.Cores} cores";
            var before = kept.Find(name, threads, out var count);
            if (before is not null && (count >= Measurements || !isQuiet()))
            {
                return before;
            }

            if (!isQuiet())
            {
                throw new IOException("It is not measured while an answer is generated, which takes the memory's time.");
            }

            if (BufferBytes(facts, freeBytes()) is not { } buffer)
            {
                return before ?? throw new IOException("Too little memory is free to measure its speed.");
            }

            var best = new MemoryBandwidth(Math.Max(measure(threads, buffer), before?.BytesPerSecond ?? 0), threads);
            kept.Keep(name, best, count + 1);
            return best;
        }
    }

    /// <summary>What is known by now.</summary>
    public Task<Finding<MemoryBandwidth>> AskAsync(CancellationToken cancellationToken)
        => _probe.AskAsync(freshFor: TimeSpan.MaxValue, firstPatience: Patience, patience: TimeSpan.Zero, cancellationToken);

    /// <returns>Null where too little is free for it.</returns>
    private static long? BufferBytes(ProcessorFacts processor, long freeBytes)
    {
        var last = processor.Caches.Where(cache => cache.Kind != CacheKind.Instruction)
            .GroupBy(cache => cache.Level)
            .MaxBy(level => level.Key)
            ?.Sum(cache => cache.Bytes * cache.Count);
        var bytes = Math.Clamp(CacheSizes * (last ?? UsualCacheBytes), LeastBytes, MostBytes);
        return bytes <= freeBytes / PartOfFree ? bytes : null;
    }
}
