using Xunit;

namespace NativeHost.Hardware.Tests;

public sealed class PhysicalCoresTests
{
    [Fact]
    public void This_machine_leaves_a_core_to_others_and_computes_with_one_at_least()
    {
        Assert.InRange(PhysicalCores.Count(), 1, Environment.ProcessorCount);
        Assert.Equal(Math.Max(1, PhysicalCores.Count() - 1), PhysicalCores.DefaultThreads);
    }
}
