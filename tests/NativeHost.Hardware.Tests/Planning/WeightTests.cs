using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using Xunit;

namespace NativeHost.Hardware.Tests.Planning;

/// <summary>Where weights lie, for tensors that can be counted by hand.</summary>
public sealed class WeightTests
{
    private const long Table = 2048 * 1000 * 2;
    private const long Block = 2048 * 2048 * 2;

    /// <summary>Norms of the layers, which are not padded, and of the output.</summary>
    private const long Norm = 2048 * 4;

    [Fact]
    public void All_tensors_are_in_the_machines_memory_where_no_layer_is_on_a_GPU()
        => Assert.Equal(new MemoryPart((2 * Table) + (16 * Block) + Norm, 0, Confidence.Exact), Header(hasOutput: true).Plan().Weights);

    [Fact]
    public void The_output_goes_with_the_first_layer_on_a_GPU_and_the_token_table_stays()
    {
        var plan = Header(hasOutput: true).Plan(new PlanSettings { GpuLayers = 3 });

        Assert.Equal(new MemoryPart(Table + (13 * Block), (3 * Block) + Table + Norm, Confidence.Exact), plan.Weights);
    }

    [Fact]
    public void A_token_table_that_is_the_output_too_is_there_twice()
    {
        var header = Header(hasOutput: false);

        Assert.Equal((16 * Block) + Table + Norm, header.Plan().Weights.CpuBytes);
        Assert.Equal(
            new MemoryPart(Table, (16 * Block) + Table + Norm, Confidence.Exact),
            header.Plan(new PlanSettings { GpuLayers = int.MaxValue }).Weights);
    }

    [Fact]
    public void Tensors_that_no_block_computes_with_are_not_loaded()
        => Assert.Equal(
            Header(hasOutput: true).Plan().Weights,
            Header(hasOutput: true, writer => writer.AddTensor("blk.16.nextn.eh_proj.weight", GgufTensorType.F16, 2048, 64)).Plan().Weights);

    [Fact]
    public void A_type_that_nobody_knows_leaves_the_size_of_the_file()
    {
        var header = Header(hasOutput: true, writer => writer.AddTensor("blk.0.strange.weight", GgufTensorType.MXFP4, 2048, 64), "bitnet");
        Assert.Null(header.Tensors[^1].Bytes);

        var plan = header.Plan();
        Assert.Equal((header.FileBytes, Confidence.Bounded), (plan.Weights.CpuBytes, plan.Weights.Confidence));
        Assert.Null(plan.TokenReads);
    }

    [Fact]
    public void Files_of_a_split_model_that_are_not_here_count_whole()
    {
        var part = Header(hasOutput: true, writer => writer.Add("split.count", 3u));

        var weights = ModelHeader.Of(part.First, 9L << 30).Plan().Weights;

        Assert.Equal(new MemoryPart(9L << 30, 0, Confidence.Unknown), weights);
    }

    [Fact]
    public void Files_of_a_split_model_that_lie_beside_the_first_are_read()
    {
        var folder = Directory.CreateTempSubdirectory("split-");
        try
        {
            for (var number = 1; number <= 2; number++)
            {
                using var writer = new GgufWriter("llama");
                writer.Add("llama.block_count", 2u);
                writer.Add("llama.embedding_length", 2048u);
                writer.Add("split.count", 2u);
                writer.AddTensor($"blk.{number - 1}.attn_q.weight", GgufTensorType.F16, 2048, 8);
                using var file = File.Create(Path.Combine(folder.FullName, $"model-0000{number}-of-00002.gguf"));
                writer.Write(file);
                file.SetLength(file.Position);
            }

            var header = ModelHeader.Read(Path.Combine(folder.FullName, "model-00001-of-00002.gguf"));
            Assert.True(header.IsWhole);
            Assert.Equal(2 * 2048 * 8 * 2, header.Plan().Weights.CpuBytes);
            Assert.Equal(folder.EnumerateFiles().Sum(file => file.Length), header.FileBytes);

            File.Delete(Path.Combine(folder.FullName, "model-00002-of-00002.gguf"));
            Assert.False(ModelHeader.Read(Path.Combine(folder.FullName, "model-00001-of-00002.gguf")).IsWhole);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Of_a_mixture_only_the_chosen_experts_are_read_for_a_token()
    {
        var header = HandWritten.Of("qwen3moe", writer =>
        {
            writer.Add("qwen3moe.expert_count", 64u);
            writer.Add("qwen3moe.expert_used_count", 4u);
            writer.AddTensor("token_embd.weight", GgufTensorType.F16, 2048, 1000);
            writer.AddTensor("output.weight", GgufTensorType.F16, 2048, 1000);
            writer.AddTensor("blk.0.attn_q.weight", GgufTensorType.F16, 2048, 2048);
            writer.AddTensor("blk.0.ffn_up_exps.weight", GgufTensorType.F16, 2048, 128, 64);
        });

        Assert.Equal(
            Table + Block + (2048 * 128 * 4 * 2) + header.Plan().Cache.CpuBytes,
            header.Plan().TokenReads!.CpuBytes);
    }

    [Fact]
    public void A_token_reads_the_cache_of_its_own_sequence()
    {
        var header = Header(hasOutput: false);

        var reads = header.Plan(new PlanSettings { ContextTokens = 4096, Sequences = 3 }).TokenReads!;

        Assert.Equal((16 * Block) + Table + Norm + (16 * 4096 * HandWritten.LayerTokenBytes), reads.CpuBytes);
        var onGpu = header.Plan(new PlanSettings { ContextTokens = 4096, GpuLayers = 2 }).TokenReads!;
        Assert.Equal((2 * Block) + Table + Norm + (2 * 4096 * HandWritten.LayerTokenBytes), onGpu.GpuBytes);
        Assert.Equal(reads.CpuBytes, onGpu.Bytes);
    }

    [Fact]
    public void A_size_alone_gives_a_guess_of_the_right_order()
    {
        const long GiB = 1024 * 1024 * 1024;

        // Llama 3.1 8B in Q4_K_M with 8,192 tokens: 1 GiB of cache and 250 MiB for the graph.
        var plan = ModelPlanner.OfSize(4_920_734_272, new PlanSettings());

        Assert.Equal((Confidence.Unknown, 4_920_734_272), (plan.Confidence, plan.Weights.CpuBytes));
        Assert.InRange(plan.Cache.CpuBytes, 0.8 * GiB, 1.5 * GiB);
        Assert.InRange(plan.Compute.CpuBytes, GiB / 5, GiB / 3);
        Assert.Null(plan.TokenReads);
        Assert.InRange(ModelPlanner.OfSize(20_000_000, new PlanSettings()).TotalBytes, 20_000_000, 200_000_000);
        Assert.Equal(long.MaxValue, ModelPlanner.OfSize(long.MaxValue, new PlanSettings()).TotalBytes);
    }

    private static ModelHeader Header(bool hasOutput, Action<GgufWriter>? add = null, string architecture = "llama") => HandWritten.Of(
        architecture,
        writer =>
        {
            writer.AddTensor("token_embd.weight", GgufTensorType.F16, 2048, 1000);
            if (hasOutput)
            {
                writer.AddTensor("output.weight", GgufTensorType.F16, 2048, 1000);
            }

            writer.AddTensor("output_norm.weight", GgufTensorType.F32, 2048);
            for (var layer = 0; layer < HandWritten.Layers; layer++)
            {
                writer.AddTensor($"blk.{layer}.attn_q.weight", GgufTensorType.F16, 2048, 2048);
            }

            add?.Invoke(writer);
        });
}
