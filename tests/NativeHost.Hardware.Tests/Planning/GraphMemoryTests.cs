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

        Assert.Equal(3 * Unit, SizeOf(Gated(Elementwise(x), x)));
    }

    [Fact]
    public void Memory_that_is_seen_through_a_view_is_not_given_away()
    {
        var x = LayerNorm(Floats(256));
        var view = Reshape(x, 16, 16);

        Assert.Equal(3 * Unit, SizeOf(Gated(Elementwise(x), Reshape(view, 256)), view));
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
        // The inputs lie one behind the other. Holes of four units and of two are left by the first product.
        var (four, one, two, end) = (Floats(1024), Floats(256), Floats(512), Floats(256));
        var product = MatMul(two, four);
        var (inTwo, inFour) = (Repeat(product, 512, 1, 1), Repeat(product, 1024, 1, 1));

        Assert.Equal((8 * Unit) + 32, SizeOf(MatMul(MatMul(inTwo, inFour), MatMul(one, end)), four, one, two, end, inTwo, inFour));
    }

    [Fact]
    public void Holes_side_by_side_are_one()
    {
        var (before, between, after, end, index) = (Floats(256), Floats(256), Floats(256), Floats(256), LongIntegers(1));
        var product = MatMul(after, before);
        var cache = External(GgufTensorType.Find(GgufTensorType.F32)!, new Extent(256, 4, 1, 1));
        var kept = SetRows(cache, between, index);

        Assert.Equal(
            (4 * Unit) + (2 * 32), SizeOf(MatMul(Repeat(product, 768, 1, 1), end), before, between, after, end, index, product, kept));
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

    /// <param name="first">Joins the graph before, in this order.</param>
    private static long SizeOf(GraphTensor result, params GraphTensor[] first)
    {
        var graph = new ComputeGraph();
        Array.ForEach(first, tensor => graph.Add(tensor));
        graph.Add(result);
        return graph.BufferBytes(32);
    }
}
