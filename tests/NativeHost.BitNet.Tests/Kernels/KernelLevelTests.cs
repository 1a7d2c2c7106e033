using NativeHost.BitNet.Kernels;

namespace NativeHost.BitNet.Tests.Kernels;

public sealed class KernelLevelTests
{
    [Fact]
    public void The_best_level_is_one_that_this_process_can_compute_at() => Assert.True(KernelLevels.IsSupported(KernelLevels.Best));
}
