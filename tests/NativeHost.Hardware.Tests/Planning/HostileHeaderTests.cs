using System.Buffers.Binary;
using System.Diagnostics;
using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using Xunit;

namespace NativeHost.Hardware.Tests.Planning;

/// <summary>Headers that nobody's converter wrote: a plan comes of each of them, soon, and none is negative.</summary>
public sealed class HostileHeaderTests
{
    private static readonly PlanSettings[] Settings =
    [
        new(),
        new() { GpuLayers = 3, UsesFlashAttention = false },
        new() { ContextTokens = int.MaxValue, Sequences = 1000, BatchTokens = 1, KeepsWholeWindows = false, GpuLayers = int.MaxValue },
        new() { ContextTokens = 1, MicroBatchTokens = int.MaxValue, BatchTokens = int.MaxValue, OutputRows = int.MaxValue, SharesCache = true },
    ];

    public static TheoryData<string> Architectures => [.. ModelSketch.Architectures];

    [Theory]
    [InlineData("block_count", uint.MaxValue)]
    [InlineData("block_count", 4096u)]
    [InlineData("block_count", 0u)]
    [InlineData("embedding_length", 0u)]
    [InlineData("embedding_length", uint.MaxValue)]
    [InlineData("attention.head_count_kv", uint.MaxValue)]
    [InlineData("attention.key_length", uint.MaxValue)]
    [InlineData("expert_count", 1025u)]
    [InlineData("nextn_predict_layers", 99u)]
    public void Numbers_that_no_model_has_leave_the_size_of_the_file(string key, uint value)
    {
        var header = WithNumber(key, value);

        Assert.Equal(ModelPlanner.OfSize(header.FileBytes, new PlanSettings()), header.Plan());
        Assert.Equal(Confidence.Unknown, header.Plan().Confidence);
    }

    [Theory]
    [InlineData("attention.key_length", 2_147_483_647u)]
    [InlineData("attention.head_count_kv", 2_147_483_647u)]
    [InlineData("vocab_size", 2_147_483_647u)]
    public void Large_numbers_make_no_small_ones(string key, uint value)
    {
        var usual = WithNumber("rope.freq_base", 1).Plan(Settings[2]);

        var plan = WithNumber(key, value).Plan(Settings[2]);

        Assert.True(plan.TotalBytes >= usual.TotalBytes || plan.Confidence == Confidence.Unknown, plan.ToString());
        Assert.True(plan.TotalBytes >= plan.Cache.Bytes, plan.ToString());
    }

    [Fact]
    public void Lists_that_are_not_one_number_a_layer_leave_the_size_of_the_file()
    {
        foreach (int[] list in (int[][])[[], [8], [.. Enumerable.Repeat(8, 17)], [-1, .. Enumerable.Repeat(8, 15)]])
        {
            var header = HandWritten.Of("llama", writer => writer.Add("llama.attention.head_count_kv", list), kvHeads: false);

            Assert.Equal(ModelPlanner.OfSize(header.FileBytes, new PlanSettings()), header.Plan());
        }
    }

    /// <summary>Numbers of a right header become others, one or several at a time, and tensors get other names.</summary>
    [Theory]
    [MemberData(nameof(Architectures))]
    public void Whatever_stands_there_a_plan_comes_of_it(string architecture)
    {
        var random = new Random(architecture.Length * 7919);
        using var stream = new SketchStream();
        ModelSketch.Write(stream, architecture, new SketchSize { Layers = 5 });
        var start = stream.Start.ToArray();
        var metadataEnd = (int)GgufFile.ReadStart("whole.gguf", start, stream.Length, out _)!.TensorTableOffset;
        var (read, slowest) = (0, TimeSpan.Zero);
        for (var round = 0; round < 150; round++)
        {
            var spoiled = (byte[])start.Clone();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                Spoil(spoiled, metadataEnd, random);
            }

            GgufFile? file;
            try
            {
                file = GgufFile.ReadStart("spoiled.gguf", spoiled, stream.Length, out _);
            }
            catch (ModelFormatException)
            {
                continue;
            }

            if (file is null)
            {
                continue;
            }

            read++;
            var began = Stopwatch.GetTimestamp();
            Check(ModelHeader.Of(file, stream.Length), Settings[round % Settings.Length]);
            slowest = slowest > Stopwatch.GetElapsedTime(began) ? slowest : Stopwatch.GetElapsedTime(began);
        }

        Assert.InRange(read, 50, 150);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_graph_of_as_many_layers_and_experts_as_llama_cpp_takes_is_laid_out_soon()
    {
        var header = ModelSketch.Header("qwen3moe", new SketchSize { Layers = 512, Experts = 1024, UsedExperts = 1024 });
        var began = Stopwatch.GetTimestamp();

        Check(header, new PlanSettings { ContextTokens = 1 << 20, MicroBatchTokens = 8192, BatchTokens = 8192 });

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static void Check(ModelHeader header, PlanSettings settings)
    {
        Check(header.Plan(settings));
        Check(TernaryPlanner.Of(header, settings, new TernaryForms { HeadBits = 4, CacheBits = 8 }, threads: 512));
    }

    private static void Check(MemoryPlan plan)
    {
        foreach (var part in new[] { plan.Weights, plan.Cache, plan.Compute, plan.Output, plan.Runtime, plan.TokenReads })
        {
            Assert.True(part is null or { CpuBytes: >= 0, GpuBytes: >= 0 }, plan.ToString());
        }

        Assert.True(plan.TotalBytes >= plan.Weights.Bytes, plan.ToString());
    }

    private static ModelHeader WithNumber(string key, uint value) => HandWritten.Empty("llama", writer =>
    {
        foreach (var (name, usual) in new[]
            { ("block_count", 16u), ("embedding_length", 2048u), ("feed_forward_length", 1000u), ("attention.head_count", 32u), ("vocab_size", 1000u) })
        {
            if (name != key)
            {
                writer.Add($"llama.{name}", usual);
            }
        }

        writer.Add($"llama.{key}", value);
        writer.AddTensor("token_embd.weight", GgufTensorType.F16, 2048, 1000);
    });

    /// <summary>Puts a number that is of interest into the metadata, mostly where one stands, or changes a byte anywhere.</summary>
    private static void Spoil(byte[] header, int metadataEnd, Random random)
    {
        ReadOnlySpan<long> numbers = [0, 1, 2, 3, 7, 255, 256, 4096, 65_537, int.MaxValue, uint.MaxValue, long.MaxValue, -1, long.MinValue];
        var number = numbers[random.Next(numbers.Length)];
        var place = random.Next(24, metadataEnd);
        switch (random.Next(5))
        {
            case 0:
                header[random.Next(24, header.Length)] = (byte)random.Next(256);
                break;
            case 1:
                BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(place), number);
                break;
            default:
                // A value stands behind the number of its type: here an unsigned integer of 32 bits.
                var next = header.AsSpan(place, metadataEnd - place).IndexOf((ReadOnlySpan<byte>)[4, 0, 0, 0]);
                BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(next < 0 ? place : place + next + 4), (uint)number);
                break;
        }
    }
}
