using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Compute;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

public sealed class LateThreadTests
{
    /// <summary>As when it lost its core before it began: the step's owner has had the result, and let the signal go.</summary>
    [Fact]
    public unsafe void A_thread_that_comes_when_a_step_is_over_looks_at_nothing_of_it()
    {
        using var path = new RandomModelFile(RandomModelFile.Small);
        using var file = TernaryModelFile.Open(path.Path);
        using var norms = new AlignedMemory();
        var options = new BitNetOptions { Head = HeadForm.Half };
        var layout = PackedLayout.Of(file.Shape, options.Head);
        using var block = new WeightMemory(layout.Bytes);
        WeightPacking.Pack(file, layout, block.Start, 1, new Progress<float>(), Patience.Token);
        var weights = new WeightForms(file, options, norms).Packed(layout, block.Start);
        using var cache = new KvCache(
            CacheFormat.Half, 1, file.Shape.LayerCount, file.Shape.KvHeadCount, ModelWidths.Of(file.Shape).Head, contextTokens: 8);
        using var pass = new ForwardPass(weights, cache, options.Level, capacity: 1, logitsRows: 1, threads: 2);
        using var other = new WorkTeam(pass, 2, phaseCapacity: 64);
        pass.Tokens.Add(9, 0, 0, logitsRow: 0);
        using (var signal = new AbortSignal())
        {
            Assert.True(pass.Run(signal));
        }

        var logits = pass.Logits(0).ToArray();

        // The team has not begun a run yet: its first one, 1, is over for whoever asks.
        ((ITeamWork)pass).Work(thread: 1, new TeamRun(other, epoch: 1, thread: 1));

        Assert.Equal(logits, pass.Logits(0).ToArray());
    }
}
