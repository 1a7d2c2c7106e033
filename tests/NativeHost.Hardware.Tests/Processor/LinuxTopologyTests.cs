using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class LinuxTopologyTests
{
    [Fact]
    public void Hardware_threads_of_one_core_count_once()
    {
        var topology = LinuxTopology.Read(new RecordedFiles(
            """
            /sys/devices/system/cpu/present = 0-3
            /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0,2
            /sys/devices/system/cpu/cpu1/topology/thread_siblings_list = 1,3
            /sys/devices/system/cpu/cpu2/topology/thread_siblings_list = 0,2
            /sys/devices/system/cpu/cpu3/topology/thread_siblings_list = 1,3
            """).Read);

        Assert.Equal([[0, 2], [1, 3]], topology.Cores);
        Assert.Equal(4, topology.Cores.Sum(core => core.Count));
        Assert.Equal(2, topology.UsableCores);
    }

    [Fact]
    public void Hardware_threads_that_are_off_do_not_hide_the_cores_behind_them()
    {
        var topology = LinuxTopology.Read(new RecordedFiles(
            """
            /sys/devices/system/cpu/present = 0-7
            /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0
            /sys/devices/system/cpu/cpu2/topology/thread_siblings_list = 2
            /sys/devices/system/cpu/cpu4/topology/thread_siblings_list = 4
            /sys/devices/system/cpu/cpu6/topology/thread_siblings_list = 6
            """).Read);

        Assert.Equal([[0], [2], [4], [6]], topology.Cores);
    }

    [Fact]
    public void A_core_of_which_no_thread_is_allowed_is_not_usable()
    {
        var topology = LinuxTopology.Read(new RecordedFiles(
            """
            /sys/devices/system/cpu/present = 0-5
            /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0-1
            /sys/devices/system/cpu/cpu2/topology/thread_siblings_list = 2-3
            /sys/devices/system/cpu/cpu4/topology/thread_siblings_list = 4-5
            """,
            ("/proc/self/status", "Name:\tx\nCpus_allowed:\t13\nCpus_allowed_list:\t0-1,4\nMems_allowed:\t1\n")).Read);

        Assert.Equal(2, topology.UsableCores);
    }
}
