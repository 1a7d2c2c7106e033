using System.Runtime.InteropServices;
using NativeHost.Benchmarks.Models;
using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Embedding;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Embedding;
using NativeHost.BitNet.Tests.Reading;
using NativeHost.Hardware.Planning;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>What is planned for a ternary model against what the engine asks the system for.</summary>
[Collection(nameof(AloneInProcess))]
public sealed partial class PlannedMemoryTests
{
    /// <summary>What the C library adds to parts, and what the runtime asks it for in the meantime.</summary>
    private const int NoiseBytes = 256 * 1024;

    private const int ContextTokens = 20_000;

    /// <summary>Rows and columns that fill no tile, heads that share keys, more and fewer tokens than a tile.</summary>
    private static readonly TernaryModelShape[] Shapes =
    [
        RandomModelFile.Small,
        new("wide", 3, 640, 1792, 10, 5, 64, 1000),
        new("narrow heads", 2, 256, 384, 8, 2, 32, 513) { ContextTokens = 700 },
    ];

    public static TheoryData<string, int, string, string> ShapesAndForms()
    {
        var data = new TheoryData<string, int, string, string>();
        for (var shape = 0; shape < Shapes.Length; shape++)
        {
            foreach (var head in Enum.GetNames<HeadForm>())
            {
                data.Add("bitnet-b1.58", shape, head, nameof(CacheFormat.Half));
            }

            data.Add("llama", shape, nameof(HeadForm.Byte), nameof(CacheFormat.Byte));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ShapesAndForms))]
    public void A_model_asks_for_the_weights_and_the_cache_that_were_planned(string architecture, int shape, string head, string cache)
    {
        var options = new BitNetOptions { Head = Enum.Parse<HeadForm>(head), Cache = Enum.Parse<CacheFormat>(cache), SequenceCount = 2 };
        using var path = new RandomModelFile(Shapes[shape], architecture);
        using var file = TernaryModelFile.Open(path.Path);
        using var norms = new AlignedMemory();
        var forms = new WeightForms(file, options, norms);
        var plan = Plan(file, options, ContextTokens, threads: 2);

        Assert.Equal((Confidence.Exact, Confidence.Exact), (plan.Weights.Confidence, plan.Cache.Confidence));
        var layout = PackedLayout.Of(file.Shape, options.Head);
        using var block = new WeightMemory(layout.Bytes);
        TogetherWith(forms, layout, block);
        Assert.Equal(plan.Weights.CpuBytes, layout.Bytes + norms.Bytes);

        using var keys = new Holder<KvCache>();
        var ofCache = TakenBy(() => keys.Value = new KvCache(
            options.Cache, 2, file.Shape.LayerCount, file.Shape.KvHeadCount, ModelWidths.Of(file.Shape).Head, ContextTokens));
        Assert.InRange(ofCache ?? plan.Cache.CpuBytes, plan.Cache.CpuBytes - NoiseBytes, plan.Cache.CpuBytes + NoiseBytes);
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("gemma3")]
    public void So_does_an_embedder(string architecture)
    {
        using var sample = new SampleFile(new EmbeddingSample(architecture).Written());
        using var file = TernaryModelFile.Open(sample.Path);
        using var norms = new AlignedMemory();
        var options = new BitNetOptions { Head = HeadForm.Half };
        var layout = PackedLayout.Of(file.Shape, options.Head);
        using var block = new WeightMemory(layout.Bytes);
        var plan = Plan(file, options, EmbeddingSample.ContextTokens, threads: 2);

        TogetherWith(new EmbeddingForms(file, options.Level, norms), layout, block);

        Assert.Equal(plan.Weights.CpuBytes, layout.Bytes + norms.Bytes);
        var widths = ModelWidths.Of(file.Shape);
        Assert.Equal(
            plan.Cache.CpuBytes,
            (KvCache.BytesPerToken(options.Cache, file.Shape.LayerCount, file.Shape.KvHeadCount, widths.Head) * EmbeddingSample.ContextTokens) + 64);
    }

    [Theory]
    [InlineData(1, 512)]
    [InlineData(3, 4096)]
    public async Task All_that_a_model_asks_for_is_no_more_than_was_planned(int threads, int contextTokens)
    {
        using var path = new RandomModelFile(new TernaryModelShape("whole", 4, 512, 2048, 4, 2, 128, 1024));
        using var warm = await ModelUnderTest.OpenPackedAsync(path.Path, threads: threads, contextTokens: contextTokens);
        warm.Append(RandomModelFile.Tokens(100));
        GC.Collect();
        var managed = GC.GetTotalMemory(forceFullCollection: true);

        var before = Allocated();
        using var held = await ModelUnderTest.OpenPackedAsync(path.Path, threads: threads, contextTokens: contextTokens);
        var native = Allocated() - before;
        held.Append(RandomModelFile.Tokens(100));

        using var file = TernaryModelFile.Open(path.Path);
        var plan = Plan(file, new BitNetOptions(), contextTokens, threads);
        var parts = plan.Weights.CpuBytes + plan.Cache.CpuBytes + plan.Compute.CpuBytes + plan.Output.CpuBytes;

        // The packed block is whole large pages that begin at one: it touches less than is asked for.
        const int AlignmentBytes = 2 * 2 * 1024 * 1024;
        Assert.InRange(native ?? parts, plan.Weights.CpuBytes + plan.Cache.CpuBytes, parts + AlignmentBytes + NoiseBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, 0, plan.Runtime.CpuBytes);
        if (native is { } all)
        {
            Assert.InRange(plan.Compute.CpuBytes, (all - AlignmentBytes - plan.Weights.CpuBytes - plan.Cache.CpuBytes) / 2, long.MaxValue);
        }
    }

    private static MemoryPlan Plan(TernaryModelFile file, BitNetOptions options, int contextTokens, int threads)
        => TernaryPlanner.Of(
            ModelHeader.Of(file.Header),
            new PlanSettings { ContextTokens = contextTokens, Sequences = options.SequenceCount ?? 1, OutputRows = (options.SequenceCount ?? 1) + options.DraftTokens },
            options.Forms,
            threads);

    private static unsafe void TogetherWith<TWeights>(IWeightForms<TWeights> forms, PackedLayout layout, WeightMemory block)
        where TWeights : class
        => forms.Packed(layout, block.Start);

    /// <summary>Bytes that something asks the C library for and keeps; null where the library does not tell.</summary>
    private static long? TakenBy(Action action)
    {
        var before = Allocated();
        action();
        return Allocated() - before;
    }

    private static long? Allocated()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var info = mallinfo2();
        return (long)(info.UsedBytes + info.MappedBytes);
    }

    // struct mallinfo2 mallinfo2(void);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial MallocInfo mallinfo2();

    /// <summary>glibc's struct mallinfo2, whose fields are all size_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint ArenaBytes;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedRegions;
        public nuint MappedBytes;
        public nuint Unused;
        public nuint FastBytes;
        public nuint UsedBytes;
        public nuint FreeBytes;
        public nuint ReleasableBytes;
    }

    private sealed class Holder<T> : IDisposable
        where T : IDisposable
    {
        public T? Value { get; set; }

        public void Dispose() => Value?.Dispose();
    }
}
