namespace NativeHost.Hardware.Processor;

/// <summary>The processor. Null where the system does not tell.</summary>
public sealed record ProcessorFacts
{
    /// <summary>The maker's name for it.</summary>
    public string? Name { get; init; }

    public ProcessorVendor Vendor { get; init; }

    /// <summary>The maker's family, such as <c>AmdZen3</c>; <c>Unknown</c> for one that this program has no name for.</summary>
    public string Generation { get; init; } = ProcessorGeneration.Unknown;

    /// <summary>As x86 processors number themselves; null on others, as are model and stepping.</summary>
    public int? Family { get; init; }

    public int? Model { get; init; }

    public int? Stepping { get; init; }

    /// <summary>Cores that are on; at least 1.</summary>
    public required int Cores { get; init; }

    /// <summary>Hardware threads that are on; at least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>Cores of those that this process may use: affinity and containers can take some away. At least 1.</summary>
    public required int UsableCores { get; init; }

    /// <summary>Hardware threads of those that this process may use; at least 1.</summary>
    public required int UsableThreads { get; init; }

    /// <summary>Fast cores of a processor that has two kinds; null where all are of one kind, or the system does not tell.</summary>
    public int? PerformanceCores { get; init; }

    /// <summary>Its slower cores.</summary>
    public int? EfficiencyCores { get; init; }

    /// <summary>The clock that it always reaches, in MHz.</summary>
    public int? BaseMegahertz { get; init; }

    /// <summary>The highest clock of its fastest core, in MHz.</summary>
    public int? MaxMegahertz { get; init; }

    /// <summary>From the first level up; empty where the system does not tell.</summary>
    public IReadOnlyList<CacheFacts> Caches { get; init; } = [];
}

/// <summary>Who made a processor.</summary>
public enum ProcessorVendor
{
    Unknown,
    Intel,
    Amd,
    Apple,
    Arm,
}

/// <summary>The caches of one level, kind and size.</summary>
/// <param name="Level">1 is nearest to the core.</param>
/// <param name="Bytes">Of each.</param>
/// <param name="Count">How many there are.</param>
public sealed record CacheFacts(int Level, CacheKind Kind, long Bytes, int Count);

/// <summary>What a cache holds.</summary>
public enum CacheKind
{
    Unified,
    Data,
    Instruction,
}
