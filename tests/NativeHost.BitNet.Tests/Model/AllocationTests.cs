using NativeHost.BitNet.Packing;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

[CollectionDefinition(nameof(AloneInProcess), DisableParallelization = true)]
public sealed class AloneInProcess;

/// <summary>What a token costs the collector: nothing.</summary>
[Collection(nameof(AloneInProcess))]
public sealed class AllocationTests
{
    private const int Steps = 100;

    private const int Rounds = 4;

    /// <summary>Of the whole process: what the runtime and the test's runner allocate meanwhile.</summary>
    private const int LittleBytes = 32 * 1024;

    [Theory]
    [InlineData(1, nameof(HeadForm.Byte))]
    [InlineData(2, nameof(HeadForm.Half))]
    [InlineData(2, nameof(HeadForm.Nibble))]
    public async Task A_step_allocates_nothing_on_any_thread(int threads, string head)
    {
        using var file = new RandomModelFile(RandomModelFile.Small);
        using var model = await ModelUnderTest.OpenPackedAsync(file.Path, new BitNetOptions { Head = Enum.Parse<HeadForm>(head) }, threads);
        var batch = new StepBatch(3);
        Token[] one = [new(9)];
        Token[] three = [new(9), new(10), new(11)];
        Step(20);

        // What the runtime builds once (a wait's first parking, a tier of compiled code) may fall into a round; a step's own would fall into all.
        var (own, all) = Measure();
        for (var round = 1; round < Rounds && (own, all) is not (0, <= LittleBytes); round++)
        {
            (own, all) = Measure();
        }

        Assert.Equal(0, own);
        Assert.InRange(all, 0, LittleBytes);

        (long Own, long All) Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var allBefore = GC.GetTotalAllocatedBytes(precise: true);
            Step(Steps);
            var allAfter = GC.GetTotalAllocatedBytes(precise: true) - allBefore;
            return (GC.GetAllocatedBytesForCurrentThread() - before, allAfter);
        }

        void Step(int count)
        {
            for (var step = 0; step < count; step++)
            {
                batch.Clear();
                batch.Add(0, step % 4 == 0 ? three : one, wantsLogits: true);
                model.Model.Step(batch, model.Abort);
                _ = model.Model.Logits(0)[0];
            }
        }
    }
}
