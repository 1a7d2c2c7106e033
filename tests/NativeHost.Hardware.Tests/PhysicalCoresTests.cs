using Xunit;

namespace NativeHost.Hardware.Tests;

public sealed class PhysicalCoresTests
{
    [Fact]
    public void Hardware_threads_of_one_core_count_once()
        => Assert.Equal(2, PhysicalCores.CountIn(["0,2", "1,3", "0,2", "1,3"]));

    [Fact]
    public void Hardware_threads_that_are_off_do_not_hide_the_cores_behind_them()
    {
        const string Processors = "/sys/devices/system/cpu";
        var files = new Dictionary<string, string>
        {
            [$"{Processors}/present"] = "0-7\n",
            [$"{Processors}/cpu0/topology/thread_siblings_list"] = "0\n",
            [$"{Processors}/cpu2/topology/thread_siblings_list"] = "2\n",
            [$"{Processors}/cpu4/topology/thread_siblings_list"] = "4\n",
            [$"{Processors}/cpu6/topology/thread_siblings_list"] = "6\n",
        };

        Assert.Equal(["0", "2", "4", "6"], PhysicalCores.SiblingLists(path => files.GetValueOrDefault(path)));
    }

    [Fact]
    public void This_machine_leaves_a_core_to_others_and_computes_with_one_at_least()
    {
        Assert.InRange(PhysicalCores.Count(), 1, Environment.ProcessorCount);
        Assert.Equal(Math.Max(1, PhysicalCores.Count() - 1), PhysicalCores.DefaultThreads);
    }
}
