using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Kernels;

public sealed class KernelLevelTests
{
    [Fact]
    public void The_best_level_is_one_that_this_process_can_compute_at() => Assert.True(KernelLevels.IsSupported(KernelLevels.Best));

    [Fact]
    public void Every_level_has_a_name_of_its_own()
    {
        var names = Enum.GetValues<KernelLevel>().Select(TernaryKernels.NameOf).ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.Contains(TernaryKernels.NameOfBest, names);
    }
}
