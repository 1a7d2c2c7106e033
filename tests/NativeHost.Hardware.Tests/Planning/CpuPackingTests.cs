using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using Xunit;

namespace NativeHost.Hardware.Tests.Planning;

public sealed class CpuPackingTests
{
    private const uint Q4K = 12;

    private static readonly CpuPacking EightRows = new(new Dictionary<uint, int> { [Q4K] = 8 }, hasTiles: false);
    private static readonly CpuPacking Tiles = new(new Dictionary<uint, int>(), hasTiles: true);

    [Theory]
    [InlineData(1000, 2)]
    [InlineData(1001, 1)]
    public void A_token_table_that_is_the_output_too_is_there_twice_where_its_rows_are_interleaved(int vocabulary, int copies)
    {
        var header = HandWritten.Of("llama", writer => writer.AddTensor("token_embd.weight", Q4K, 2048, vocabulary));

        Assert.Equal(copies * (vocabulary * 2048L / 256 * 144), new ModelPlanner(header, EightRows).Plan(new PlanSettings()).Weights.CpuBytes);
    }

    [Fact]
    public void Not_where_it_is_only_looked_up()
    {
        var header = HandWritten.Of("llama", writer =>
        {
            writer.AddTensor("token_embd.weight", Q4K, 2048, 1000);
            writer.AddTensor("output.weight", Q4K, 2048, 1000);
        });

        Assert.Equal(header.Plan().Weights, new ModelPlanner(header, EightRows).Plan(new PlanSettings()).Weights);
    }

    [Fact]
    public void Nothing_is_laid_out_anew_where_a_GPU_holds_a_part()
    {
        var header = HandWritten.Of("llama", writer => writer.AddTensor("token_embd.weight", Q4K, 2048, 1000));
        var tiled = HandWritten.Of("llama", writer => writer.AddTensor("blk.0.attn_q.weight", GgufTensorType.Q8, 2048, 64));
        var settings = new PlanSettings { GpuLayers = 1 };

        Assert.Equal(header.Plan(settings).Weights, new ModelPlanner(header, EightRows).Plan(settings).Weights);
        Assert.Equal(tiled.Plan(settings).Weights, new ModelPlanner(tiled, Tiles).Plan(settings).Weights);
    }

    [Theory]
    [InlineData(GgufTensorType.Q8, 2048, 64, 4)]
    [InlineData(Q4K, 2048, 64, 4)]
    [InlineData(GgufTensorType.F16, 2048, 64, 0)]
    [InlineData(GgufTensorType.Q8, 2048, 63, 0)]
    public void Tiles_add_bytes_to_the_blocks_of_some_types(uint typeId, int columns, int rows, int bytesPerBlock)
    {
        var header = HandWritten.Of("llama", writer => writer.AddTensor("blk.0.attn_q.weight", typeId, columns, rows));
        var blocks = (long)columns / GgufTensorType.Find(typeId)!.BlockElements * rows;

        var weights = new ModelPlanner(header, Tiles).Plan(new PlanSettings()).Weights;

        Assert.Equal(header.Plan().Weights.CpuBytes + (blocks * bytesPerBlock), weights.CpuBytes);
        Assert.Equal(Confidence.Bounded, weights.Confidence);
    }
}
