using NativeHost.Gguf;
using NativeHost.Hardware.Planning;

namespace NativeHost.LlamaCpp.Tests.Planning;

/// <summary>Every part of a plan against what the real llama.cpp takes, to the byte.</summary>
public sealed class PlannedMemoryTests
{
    private const uint Q4 = 2;
    private const uint Q4K = 12;
    private const uint Q6K = 14;

    /// <summary>Contexts, micro batches, types of cache, flash attention, sequences, windows.</summary>
    private static readonly PlanSettings[] Settings =
    [
        new() { ContextTokens = 4096 },
        new() { ContextTokens = 4096, UsesFlashAttention = false },
        new() { ContextTokens = 4096, KeyTypeId = GgufTensorType.Q8, ValueTypeId = GgufTensorType.Q8 },
        new() { ContextTokens = 1000, MicroBatchTokens = 64, KeepsWholeWindows = false },
        new() { ContextTokens = 2048, MicroBatchTokens = 256, KeyTypeId = GgufTensorType.F32, ValueTypeId = GgufTensorType.F32, UsesFlashAttention = false, KeepsWholeWindows = false },
        new() { ContextTokens = 2048, MicroBatchTokens = 128, KeyTypeId = GgufTensorType.F32, ValueTypeId = GgufTensorType.F16 },
        new() { ContextTokens = 1024, MicroBatchTokens = 250, Sequences = 3, OutputRows = 3 },
        new() { ContextTokens = 2048, MicroBatchTokens = 256, Sequences = 2, OutputRows = 2, SharesCache = true, KeepsWholeWindows = false },
        new() { ContextTokens = 4096, Sequences = 8, OutputRows = 8, SharesCache = true },
        new() { ContextTokens = 1024, Sequences = 4, OutputRows = 4, SharesCache = true, KeyTypeId = GgufTensorType.F32, ValueTypeId = GgufTensorType.F32, UsesFlashAttention = false },
        new() { ContextTokens = 300, BatchTokens = 64, MicroBatchTokens = 64, Sequences = 8, OutputRows = 8, SharesCache = true },
        new() { ContextTokens = 100, BatchTokens = 2048, MicroBatchTokens = 1024, OutputRows = 1024 },
        new() { ContextTokens = 300, BatchTokens = 1, MicroBatchTokens = 1 },
    ];

    public static TheoryData<string> Architectures => [.. ModelSketch.Architectures];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Small_models_take_what_was_planned(string architecture)
    {
        NativeBreakdown.SkipUnlessKnown();
        using var load = PlannedLoad.Open(architecture, new SketchSize(), isAllocated: true);
        foreach (var settings in Settings)
        {
            CheckWhereItIsLoaded(load, settings);
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void So_do_other_shapes(string architecture)
    {
        NativeBreakdown.SkipUnlessKnown();
        SketchSize[] shapes =
        [
            new() { Layers = 1, KvHeads = 1, HasOwnOutput = false, TypeId = Q4 },
            new() { Layers = 7, KvHeads = 8, HasOwnOutput = false, TypeId = Q4K, Width = 1024, HeadLength = 128, FeedForward = 2816, ExpertFeedForward = 512, IsVariant = true },
            new() { Layers = 27, Heads = 4, KvHeads = 4, HeadLength = 128, Vocabulary = 7777, TypeId = Q6K, Experts = 16, UsedExperts = 1, IsVariant = true },
        ];
        foreach (var shape in shapes)
        {
            using var load = PlannedLoad.Open(architecture, shape, isAllocated: false);
            foreach (var settings in Settings)
            {
                CheckWhereItIsLoaded(load, settings);
            }
        }
    }

    /// <summary>As large as real ones: llama.cpp only counts their memory.</summary>
    [Theory]
    [InlineData("llama", 32, 4096, 32, 8, 128, 14_336, 128_256)]
    [InlineData("qwen2", 28, 3584, 28, 4, 128, 18_944, 152_064)]
    [InlineData("qwen3moe", 48, 2048, 32, 4, 128, 6144, 151_936)]
    [InlineData("gemma3", 62, 5376, 32, 16, 128, 21_504, 262_144)]
    [InlineData("gpt-oss", 24, 2880, 64, 8, 64, 2880, 201_088)]
    [InlineData("phi3", 32, 3072, 32, 32, 96, 8192, 32_064)]
    [InlineData("mamba", 64, 2560, 0, 0, 0, 0, 50_280)]
    public void So_do_large_ones(string architecture, int layers, int width, int heads, int kvHeads, int head, int inner, int vocabulary)
    {
        NativeBreakdown.SkipUnlessKnown();
        var size = new SketchSize
        {
            Layers = layers,
            Width = width,
            Heads = heads,
            KvHeads = kvHeads,
            HeadLength = head,
            FeedForward = inner,
            Vocabulary = vocabulary,
            Experts = 128,
            UsedExperts = 8,
            ExpertFeedForward = 768,
            Window = 1024,
            TimeStepRank = 160,
            TypeId = Q4K,
        };
        using var load = PlannedLoad.Open(architecture, size, isAllocated: false);

        Check(load, new PlanSettings { ContextTokens = 32_768 });
        Check(load, new PlanSettings { ContextTokens = 16_384, MicroBatchTokens = 256, UsesFlashAttention = false, KeepsWholeWindows = false });
    }

    /// <summary>Keys that are values too have one type: llama.cpp refuses two, and nothing is planned for them.</summary>
    private static void CheckWhereItIsLoaded(PlannedLoad load, PlanSettings settings)
    {
        if (load.Header.First.Architecture == "deepseek2" && settings.KeyTypeId != settings.ValueTypeId)
        {
            Assert.Equal(Confidence.Unknown, new ModelPlanner(load.Header, CpuPacking.OfThisMachine).Plan(settings).Cache.Confidence);
            return;
        }

        Check(load, settings);
    }

    private static void Check(PlannedLoad load, PlanSettings settings)
    {
        var (plan, real) = load.Compare(settings);
        var what = $"{load.Header.First.Architecture} with {settings}";

        // AMX lays matrices out in tiles, of a size that is a bound only.
        if (plan.Weights.Confidence == Confidence.Exact)
        {
            Equal(real.HostWeights, plan.Weights, $"weights of {what}");
        }
        else
        {
            Assert.InRange(plan.Weights.CpuBytes, real.HostWeights, real.HostWeights * 5 / 4);
        }

        Equal(real.HostCache, plan.Cache, $"cache of {what}");
        Equal(real.HostCompute, plan.Compute, $"compute buffer of {what}");
        Assert.Equal(0, real.DeviceWeights + real.DeviceCache + real.DeviceCompute + plan.GpuBytes);
    }

    private static void Equal(long real, MemoryPart planned, string what)
    {
        Assert.True(planned.Confidence == Confidence.Exact, $"The {what} are {planned.Confidence}.");
        Assert.True(real == planned.CpuBytes, $"llama.cpp takes {real} bytes, planned were {planned.CpuBytes}: {what}.");
    }
}
