using System.Text.Json.Serialization;
using NativeHost.BitNet.Kernels;
using NativeHost.Hardware;
using NativeHost.Hardware.Processor;
using NativeHost.Messages;

namespace NativeHost.Actions.Hardware;

/// <summary>The processor. What the system does not tell is null, with the reason beside it.</summary>
internal sealed record CpuView
{
    private const string NoNumbers = "Only x86 processors number themselves so.";
    private const string NoClock = "The system does not tell the clocks of its processor.";
    private const string NoLibrary = "The ternary engine is a part of this program; it loads no library.";

    /// <summary><c>Intel</c>, <c>Amd</c>, <c>Apple</c>, <c>Arm</c> or <c>Unknown</c>.</summary>
    public required string Vendor { get; init; }

    /// <summary>The maker's generation, such as <c>AmdZen3</c> or <c>IntelAlderlake</c>; <c>Unknown</c> for one without a name here.</summary>
    public required string Architecture { get; init; }

    /// <summary>The maker's name for it.</summary>
    [JsonPropertyName("model_name"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ModelName { get; init; }

    /// <summary>Cores that are on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Cores { get; init; }

    /// <summary>Hardware threads that are on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Threads { get; init; }

    /// <summary>Why cores, threads or name are null.</summary>
    public string? Reason { get; init; }

    /// <summary>Cores that the host may use: containers and affinity can take some away.</summary>
    [JsonPropertyName("usable_cores"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? UsableCores { get; init; }

    /// <summary>Hardware threads that the host may use.</summary>
    [JsonPropertyName("usable_threads")]
    public required int UsableThreads { get; init; }

    /// <summary>The fast cores of a processor that has two kinds; null where all are of one kind.</summary>
    [JsonPropertyName("performance_cores"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? PerformanceCores { get; init; }

    /// <summary>The slow cores of a processor that has two kinds; null where all are of one kind.</summary>
    [JsonPropertyName("efficiency_cores"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? EfficiencyCores { get; init; }

    /// <summary>As x86 processors number themselves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Family { get; init; }

    /// <summary>The number of the model within its family.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Model { get; init; }

    /// <summary>The number of the revision of the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Stepping { get; init; }

    /// <summary>Why family, model and stepping are null.</summary>
    [JsonPropertyName("family_reason")]
    public string? FamilyReason => Family is null ? Reason ?? NoNumbers : null;

    /// <summary>The clock that it always reaches, in MHz.</summary>
    [JsonPropertyName("base_clock_mhz"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? BaseClockMhz { get; init; }

    /// <summary>The highest clock of its fastest core, in MHz.</summary>
    [JsonPropertyName("max_clock_speed_mhz"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? MaxClockSpeedMhz { get; init; }

    /// <summary>Why a clock is null.</summary>
    [JsonPropertyName("clock_reason")]
    public string? ClockReason => BaseClockMhz is null || MaxClockSpeedMhz is null ? Reason ?? NoClock : null;

    /// <summary>From the first level up; empty where the system does not tell.</summary>
    public required IReadOnlyList<CacheView> Caches { get; init; }

    /// <summary>The vector instructions that the host may use.</summary>
    [JsonPropertyName("instruction_sets")]
    public required IReadOnlyList<string> InstructionSets { get; init; }

    /// <summary>The kernel that the ternary engine computes with here: <c>avx512</c>, <c>avx-vnni</c>, <c>avx2</c>, <c>arm-dotprod</c> or <c>portable</c>.</summary>
    [JsonPropertyName("bitnet_dll_variant")]
    public string BitnetDllVariant { get; } = TernaryKernels.NameOfBest;

    /// <summary>Always null: there is no such file.</summary>
    [JsonPropertyName("bitnet_dll_filename"), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? BitnetDllFilename { get; }

    /// <summary>Why there is none.</summary>
    [JsonPropertyName("bitnet_dll_reason")]
    public string BitnetDllReason { get; } = NoLibrary;

    public static CpuView Of(MachineLook look)
    {
        var (facts, reason) = (look.Processor.Value, look.Processor.Reason);
        return new CpuView
        {
            Vendor = (facts?.Vendor ?? ProcessorVendor.Unknown).ToString(),
            Architecture = facts?.Generation ?? nameof(ProcessorVendor.Unknown),
            ModelName = facts?.Name,
            Cores = facts?.Cores,
            Threads = facts?.Threads,
            Reason = facts is null ? reason : facts.Name is null ? "The system does not tell the name of its processor." : null,
            UsableCores = facts?.UsableCores,
            UsableThreads = facts?.UsableThreads ?? Environment.ProcessorCount,
            PerformanceCores = facts?.PerformanceCores,
            EfficiencyCores = facts?.EfficiencyCores,
            Family = facts?.Family,
            Model = facts?.Model,
            Stepping = facts?.Stepping,
            BaseClockMhz = facts?.BaseMegahertz,
            MaxClockSpeedMhz = facts?.MaxMegahertz,
            Caches = [.. (facts?.Caches ?? []).Select(cache => new CacheView(cache.Level, WireWord.Of(cache.Kind), cache.Bytes, cache.Count))],
            InstructionSets = look.InstructionSets,
        };
    }
}

/// <summary>The caches of one level, kind and size.</summary>
/// <param name="Level">1 is nearest to the core.</param>
/// <param name="Kind"><c>data</c>, <c>instruction</c> or <c>unified</c>.</param>
/// <param name="Bytes">Of each.</param>
/// <param name="Count">How many there are.</param>
internal sealed record CacheView(int Level, string Kind, long Bytes, int Count);
