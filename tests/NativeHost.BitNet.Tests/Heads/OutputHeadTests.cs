using NativeHost.BitNet.Heads;
using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Heads;

public sealed class OutputHeadTests
{
    public static TheoryData<int, int> KindsAndLevels
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (var kind in Enum.GetValues<HeadKind>())
            {
                foreach (var level in HeadNumbers.Levels)
                {
                    cases.Add((int)kind, (int)level);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void A_range_writes_its_own_logits_and_the_same_as_the_whole(int kind, int level)
    {
        using var source = HeadNumbers.Random(100, 130, seed: 1);
        using var whole = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
        using var part = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
        var hidden = HeadNumbers.Hidden(130, seed: 2);
        whole.Prepare(hidden);
        whole.Compute(0, whole.Head.TileCount);
        part.Prepare(hidden);

        part.Compute(2, 5);

        Assert.Equal(whole.Logits[32..80], part.Logits[32..80]);
        Assert.All(part.Logits[..32], logit => Assert.Equal(HeadFixture.Untouched, logit));
        Assert.All(part.Logits[80..], logit => Assert.Equal(HeadFixture.Untouched, logit));
        Assert.DoesNotContain(HeadFixture.Untouched, part.Logits[32..80]);
    }

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void A_token_allocates_nothing(int kind, int level)
    {
        using var source = HeadNumbers.Random(1000, 256, seed: 1, asHalves: true);
        using var head = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
        var hidden = HeadNumbers.Hidden(256, seed: 2);
        head.Run(hidden, ranges: 2);
        var before = GC.GetAllocatedBytesForCurrentThread();

        head.Run(hidden, ranges: 2);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void Rows_behind_the_last_never_win(int kind, int level)
    {
        using var source = new MemoryRows(17, 64, (_, _) => 1);
        using var head = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
        float[] hidden = [.. Enumerable.Repeat(-1f, 64)];

        head.Run(hidden);

        Assert.All(head.Logits[..17], logit => Assert.Equal(-64, logit));
    }

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void A_hidden_state_that_is_not_finite_shows_in_the_logits(int kind, int level)
    {
        using var source = HeadNumbers.Random(16, 64, seed: 1);
        using var head = new HeadFixture((HeadKind)kind, (KernelLevel)level, source);
        var hidden = HeadNumbers.Hidden(64, seed: 2);
        hidden[40] = float.NaN;

        head.Run(hidden);

        Assert.All(head.Logits, logit => Assert.True(float.IsNaN(logit)));
    }

    [Fact]
    public void The_half_head_needs_halves()
    {
        using var source = HeadNumbers.Random(16, 64, seed: 1, asHalves: false);

        Assert.Throws<ArgumentException>(() => new HalfHead(KernelLevel.Scalar, source));
    }

    [Fact]
    public void A_workspace_has_room_for_a_row_where_single_rows_are_copied_or_decoded()
    {
        using var halves = HeadNumbers.Random(16, 100, seed: 1);
        using var floats = HeadNumbers.Random(16, 100, seed: 1, asHalves: false);
        using var streaming = new HeadFixture(HeadKind.Half, KernelLevel.Scalar, halves);
        using var copying = new HeadFixture(HeadKind.Byte, KernelLevel.Scalar, halves);
        using var decoding = new HeadFixture(HeadKind.Byte, KernelLevel.Scalar, floats);

        Assert.Equal(64 + (128 * 6), streaming.Head.WorkspaceBytes);
        Assert.Equal(64 + (128 * 6) + (128 * 4), copying.Head.WorkspaceBytes);
        Assert.Equal(64 + (128 * 6) + (128 * 4), decoding.Head.WorkspaceBytes);
    }
}
