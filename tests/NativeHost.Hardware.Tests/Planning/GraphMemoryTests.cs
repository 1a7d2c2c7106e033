using NativeHost.Gguf;
using NativeHost.Hardware.Planning.Graphs;
using Xunit;
using static NativeHost.Hardware.Planning.Graphs.ComputeGraph;

namespace NativeHost.Hardware.Tests.Planning;

/// <summary>Graphs that are small enough to lay out on paper, as ggml's allocator would.</summary>
public sealed class GraphMemoryTests
{
    /// <summary>Bytes of 256 floats.</summary>
    private const long Unit = 1024;

    [Fact]
    public void A_tensor_takes_the_memory_of_a_source_that_nobody_else_needs()
        => Assert.Equal(1 * Unit, SizeOf(Elementwise(Elementwise(Floats(256)))));

    [Fact]
    public void Or_memory_of_its_own_where_it_cannot_be_computed_in_place()
        => Assert.Equal(2 * Unit, SizeOf(LayerNorm(LayerNorm(LayerNorm(Floats(256))))));

    [Fact]
    public void Or_where_the_source_is_needed_again()
    {
        var x = LayerNorm(Floats(256));

        Assert.Equal(2 * Unit, SizeOf(Elementwise(Elementwise(x), x)));
    }

    [Fact]
    public void Memory_that_is_seen_through_a_view_is_not_given_away()
    {
        var x = LayerNorm(Floats(256));
        var view = Reshape(x, 16, 16);

        // x, its norm, and the norm of the view: none of the three may lie in another's place.
        Assert.Equal(3 * Unit, SizeOf(Gated(LayerNorm(x), Reshape(LayerNorm(view), 256))));
    }

    [Fact]
    public void What_is_read_after_the_computation_stays()
    {
        var x = LayerNorm(Floats(256));
        x.IsOutput = true;

        // Were it not read, its memory would be the last tensor's.
        Assert.Equal(3 * Unit, SizeOf(LayerNorm(LayerNorm(LayerNorm(x)))));
    }

    [Fact]
    public void A_tensor_takes_the_smallest_hole_that_holds_it()
    {
        // Inputs of 4, 1 and 2 units and the like: their sums leave holes of 4 and 2; one of 2 leaves that of 4 to the last.
        var (large, between, small, end) = (Floats(1024), Floats(256), Floats(512), Floats(256));
        var sums = LayerNorm(Gated(SumOfRows(large), SumOfRows(small)));
        var two = LayerNorm(Repeat(sums, 512, 1, 1));
        var four = Repeat(sums, 1024, 1, 1);
        var all = Gated(Gated(SumOfRows(two), SumOfRows(four)), Gated(SumOfRows(between), SumOfRows(end)));

        Assert.InRange(SizeOf(all), 8 * Unit, (8 * Unit) + (6 * 32));
    }

    [Fact]
    public void Weights_and_caches_are_elsewhere()
    {
        var weight = External(GgufTensorType.Find(GgufTensorType.F16)!, new Extent(256, 1000, 1, 1));

        Assert.Equal(Unit + 4000, SizeOf(MatMul(weight, Floats(256))));
        Assert.Equal(Unit + 32, SizeOf(SetRows(weight, Floats(256), LongIntegers(1))));
    }

    [Fact]
    public void Sizes_are_rounded_up_to_the_alignment()
    {
        var graph = new ComputeGraph();
        graph.Add(LayerNorm(Floats(3)));

        Assert.Equal(64, graph.BufferBytes(32));
        Assert.Equal(256, graph.BufferBytes(128));
    }

    [Fact]
    public void More_than_there_can_be_is_an_error_and_no_small_number()
        => Assert.Throws<OverflowException>(() => SizeOf(LayerNorm(Floats(1L << 60, 1L << 3))));

    private static long SizeOf(GraphTensor result)
    {
        var graph = new ComputeGraph();
        graph.Add(result);
        return graph.BufferBytes(32);
    }
}
