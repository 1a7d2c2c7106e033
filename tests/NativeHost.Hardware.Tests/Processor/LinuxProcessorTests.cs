using NativeHost.Hardware.Processor;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Processor;

public sealed class LinuxProcessorTests
{
    // A laptop with two fast cores of two threads each and four slow ones, shortened from an i7-1255U.
    private static readonly RecordedFiles Hybrid = new(
        """
        /sys/devices/system/cpu/present = 0-7
        /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0-1
        /sys/devices/system/cpu/cpu1/topology/thread_siblings_list = 0-1
        /sys/devices/system/cpu/cpu2/topology/thread_siblings_list = 2-3
        /sys/devices/system/cpu/cpu3/topology/thread_siblings_list = 2-3
        /sys/devices/system/cpu/cpu4/topology/thread_siblings_list = 4
        /sys/devices/system/cpu/cpu5/topology/thread_siblings_list = 5
        /sys/devices/system/cpu/cpu6/topology/thread_siblings_list = 6
        /sys/devices/system/cpu/cpu7/topology/thread_siblings_list = 7
        /sys/devices/cpu_core/cpus = 0-3
        /sys/devices/cpu_atom/cpus = 4-7
        /sys/devices/system/cpu/cpu0/cpufreq/base_frequency = 1700000
        /sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq = 4700000
        /sys/devices/system/cpu/cpu4/cpufreq/cpuinfo_max_freq = 3500000
        /sys/devices/system/cpu/cpu0/cache/index0/level = 1
        /sys/devices/system/cpu/cpu0/cache/index0/type = Data
        /sys/devices/system/cpu/cpu0/cache/index0/size = 48K
        /sys/devices/system/cpu/cpu0/cache/index0/shared_cpu_list = 0-1
        /sys/devices/system/cpu/cpu1/cache/index0/level = 1
        /sys/devices/system/cpu/cpu1/cache/index0/type = Data
        /sys/devices/system/cpu/cpu1/cache/index0/size = 48K
        /sys/devices/system/cpu/cpu1/cache/index0/shared_cpu_list = 0-1
        /sys/devices/system/cpu/cpu2/cache/index0/level = 1
        /sys/devices/system/cpu/cpu2/cache/index0/type = Data
        /sys/devices/system/cpu/cpu2/cache/index0/size = 48K
        /sys/devices/system/cpu/cpu2/cache/index0/shared_cpu_list = 2-3
        /sys/devices/system/cpu/cpu4/cache/index0/level = 1
        /sys/devices/system/cpu/cpu4/cache/index0/type = Data
        /sys/devices/system/cpu/cpu4/cache/index0/size = 32K
        /sys/devices/system/cpu/cpu4/cache/index0/shared_cpu_list = 4
        /sys/devices/system/cpu/cpu0/cache/index3/level = 3
        /sys/devices/system/cpu/cpu0/cache/index3/type = Unified
        /sys/devices/system/cpu/cpu0/cache/index3/size = 12288K
        /sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list = 0-7
        /sys/devices/system/cpu/cpu4/cache/index3/level = 3
        /sys/devices/system/cpu/cpu4/cache/index3/type = Unified
        /sys/devices/system/cpu/cpu4/cache/index3/size = 12288K
        /sys/devices/system/cpu/cpu4/cache/index3/shared_cpu_list = 0-7
        """,
        ("/proc/cpuinfo",
            """
            processor	: 0
            vendor_id	: GenuineIntel
            cpu family	: 6
            model		: 154
            model name	: 12th Gen Intel(R) Core(TM) i7-1255U
            stepping	: 4
            microcode	: 0x434
            """));

    [Fact]
    public void A_processor_with_two_kinds_of_cores_is_told_in_full()
    {
        var facts = new LinuxProcessor(Hybrid, usableThreads: 8).Read();

        Assert.Equal("12th Gen Intel(R) Core(TM) i7-1255U", facts.Name);
        Assert.Equal(ProcessorVendor.Intel, facts.Vendor);
        Assert.Equal("IntelAlderlake", facts.Generation);
        Assert.Equal((6, 154, 4), (facts.Family, facts.Model, facts.Stepping));
        Assert.Equal((6, 8), (facts.Cores, facts.Threads));
        Assert.Equal((2, 4), (facts.PerformanceCores, facts.EfficiencyCores));
        Assert.Equal((1700, 4700), (facts.BaseMegahertz, facts.MaxMegahertz));
        Assert.Equal(
            [
                new CacheFacts(1, CacheKind.Data, 32 * 1024, 1),
                new CacheFacts(1, CacheKind.Data, 48 * 1024, 2),
                new CacheFacts(3, CacheKind.Unified, 12 * 1024 * 1024, 1),
            ],
            facts.Caches);
    }

    [Fact]
    public void What_a_container_takes_away_is_not_usable_but_there()
    {
        var facts = new LinuxProcessor(Hybrid, usableThreads: 3).Read();

        Assert.Equal((3, 3), (facts.UsableCores, facts.UsableThreads));
        Assert.Equal((6, 8), (facts.Cores, facts.Threads));
    }

    [Fact]
    public void A_virtual_machine_that_hides_clocks_and_caches_has_none()
    {
        var facts = new LinuxProcessor(
            new RecordedFiles(
                """
                /sys/devices/system/cpu/present = 0-1
                /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0
                /sys/devices/system/cpu/cpu1/topology/thread_siblings_list = 1
                """,
                ("/proc/cpuinfo", "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9R14\nstepping\t: 1\n")),
            usableThreads: 2).Read();

        Assert.Equal("AmdZen4", facts.Generation);
        Assert.Null(facts.BaseMegahertz);
        Assert.Null(facts.MaxMegahertz);
        Assert.Null(facts.PerformanceCores);
        Assert.Empty(facts.Caches);
    }

    [Fact]
    public void A_clock_in_the_name_is_the_base_clock()
    {
        var facts = new LinuxProcessor(new RecordedFiles("", ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) CPU @ 2.20GHz\n")), usableThreads: 4).Read();

        Assert.Equal(2200, facts.BaseMegahertz);
        Assert.Equal((4, 4), (facts.Cores, facts.Threads));
    }

    [Fact]
    public void Without_a_frequency_driver_the_firmwares_nominal_clock_is_the_base_clock()
    {
        var facts = new LinuxProcessor(new RecordedFiles("/sys/devices/system/cpu/cpu0/acpi_cppc/nominal_freq = 3400"), usableThreads: 1).Read();

        Assert.Equal(3400, facts.BaseMegahertz);
    }

    [Fact]
    public void A_small_computer_with_an_arm_processor_has_its_boards_name()
    {
        var facts = new LinuxProcessor(
            new RecordedFiles(
                "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq = 2400000\n/sys/devices/system/cpu/present = 0\n/sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0",
                ("/proc/cpuinfo",
                    "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x4\nCPU part\t: 0xd0b\nCPU revision\t: 1\n\nRevision\t: c04170\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n")),
            usableThreads: 4).Read();

        Assert.Equal("Raspberry Pi 5 Model B Rev 1.0", facts.Name);
        Assert.Equal(ProcessorVendor.Arm, facts.Vendor);
        Assert.Equal(2400, facts.MaxMegahertz);
        Assert.Null(facts.Family);
    }

    [Fact]
    public void A_server_with_an_arm_processor_has_its_cores_name()
        => Assert.Equal(
            "Neoverse-V2",
            new LinuxProcessor(new RecordedFiles("", ("/proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xd4f\n")), usableThreads: 4).Read().Name);

    [Fact]
    public void Cores_of_a_third_of_the_capacity_are_the_slow_kind_and_of_four_fifths_are_not()
    {
        var facts = new LinuxProcessor(
            new RecordedFiles(
                """
                /sys/devices/system/cpu/present = 0-3
                /sys/devices/system/cpu/cpu0/topology/thread_siblings_list = 0
                /sys/devices/system/cpu/cpu1/topology/thread_siblings_list = 1
                /sys/devices/system/cpu/cpu2/topology/thread_siblings_list = 2
                /sys/devices/system/cpu/cpu3/topology/thread_siblings_list = 3
                /sys/devices/system/cpu/cpu0/cpu_capacity = 325
                /sys/devices/system/cpu/cpu1/cpu_capacity = 325
                /sys/devices/system/cpu/cpu2/cpu_capacity = 820
                /sys/devices/system/cpu/cpu3/cpu_capacity = 1024
                """),
            usableThreads: 4).Read();

        Assert.Equal((2, 2), (facts.PerformanceCores, facts.EfficiencyCores));
    }

    [Fact]
    public void A_system_that_tells_nothing_still_has_a_core()
    {
        var facts = new LinuxProcessor(new RecordedFiles(""), usableThreads: 2).Read();

        Assert.Null(facts.Name);
        Assert.Equal((2, 2, 2, 2), (facts.Cores, facts.Threads, facts.UsableCores, facts.UsableThreads));
        Assert.Equal(("Unknown", ProcessorVendor.Unknown), (facts.Generation, facts.Vendor));
    }
}
