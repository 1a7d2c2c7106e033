using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class ProcessorLoadTests
{
    [Fact]
    public void The_first_look_knows_nothing_and_the_second_what_was_worked_between()
    {
        (long, long)? ticks = (100, 1000);
        var load = new ProcessorLoad(() => ticks);

        Assert.Null(load.Read().Percent);
        ticks = (130, 1100);
        Assert.Equal(30, load.Read().Percent);
        Assert.Null(load.Read().Percent);
    }

    [Fact]
    public void Counters_that_begin_again_tell_nothing_once()
    {
        (long, long)? ticks = (4_000_000_000, 4_100_000_000);
        var load = new ProcessorLoad(() => ticks);
        load.Read();
        ticks = (10, 100);

        Assert.Null(load.Read().Percent);
    }

    [Fact]
    public void A_system_that_does_not_tell_is_a_failure() => Assert.Throws<IOException>(() => new ProcessorLoad(() => null).Read());

    [Fact]
    public void Linux_counts_waiting_for_disks_as_idle()
        => Assert.Equal(
            (16, 100),
            ProcessorLoad.OnLinux(new RecordedFiles("", ("/proc/stat", "cpu  10 1 5 80 4 0 0 0 3 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n"))));

    [Fact]
    public void Windows_counts_idle_time_and_all()
        => Assert.Equal((30, 100), ProcessorLoad.OnWindows(new RecordedWindows { Ticks = (70, 100) }));

    [Fact]
    public void MacOS_counts_work_of_three_kinds()
        => Assert.Equal((16, 96), ProcessorLoad.OnMacOS(new RecordedMac("") { Ticks = [10, 5, 80, 1] }));
}
