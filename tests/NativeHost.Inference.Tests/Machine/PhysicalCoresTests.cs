using NativeHost.Inference.Machine;
using Xunit;

namespace NativeHost.Inference.Tests.Machine;

public sealed class PhysicalCoresTests
{
    [Fact]
    public void Hardware_threads_of_one_core_count_once()
        => Assert.Equal(2, PhysicalCores.CountIn(["0,2", "1,3", "0,2", "1,3"]));

    [Fact]
    public void This_machine_leaves_a_core_to_others_and_computes_with_one_at_least()
    {
        Assert.InRange(PhysicalCores.Count(), 1, Environment.ProcessorCount);
        Assert.Equal(Math.Max(1, PhysicalCores.Count() - 1), PhysicalCores.DefaultThreads);
    }
}
