using System.Buffers.Binary;
using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Probing;
using NativeHost.Hardware.Tests.Recorded;
using Xunit;

namespace NativeHost.Hardware.Tests.Memory;

public sealed class MemoryProbesTests
{
    private const long Kibibyte = 1024;
    private const string MemoryInfo =
        "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\nSwapTotal:       2000000 kB\nSwapFree:        1500000 kB\n";

    [Fact]
    public void Linux_tells_memory_and_swap()
    {
        var facts = MemoryProbes.OnLinux(new RecordedFiles("/sys/fs/cgroup/memory.max = max", ("/proc/meminfo", MemoryInfo), ("/proc/self/cgroup", "0::/\n")));

        Assert.Equal(
            new MemoryFacts(16_000_000 * Kibibyte, 8_000_000 * Kibibyte, 8_000_000 * Kibibyte, null, 2_000_000 * Kibibyte, 1_500_000 * Kibibyte), facts);
        Assert.Equal(facts.Total, facts.Usable);
    }

    [Fact]
    public void A_containers_limit_is_told_beside_the_machines_memory()
    {
        var facts = MemoryProbes.OnLinux(new RecordedFiles(
            """
            /sys/fs/cgroup/user/app/memory.max = 4000000000
            /sys/fs/cgroup/user/app/memory.current = 1000000000
            /sys/fs/cgroup/user/memory.max = 6000000000
            """,
            ("/proc/meminfo", MemoryInfo),
            ("/proc/self/cgroup", "0::/user/app\n")));

        Assert.Equal(4_000_000_000, facts.ContainerLimit);
        Assert.Equal(3_000_000_000, facts.Available);
        Assert.Equal(8_000_000 * Kibibyte, facts.Used);
        Assert.Equal(4_000_000_000, facts.Usable);
    }

    [Fact]
    public void The_older_control_groups_limit_is_told_and_their_number_for_none_is_none()
    {
        const string Limit = "/sys/fs/cgroup/memory/box/memory.limit_in_bytes";
        var groups = ("/proc/self/cgroup", "5:cpu,memory:/box\n");

        Assert.Equal(900_000, MemoryProbes.OnLinux(new RecordedFiles($"{Limit} = 900000", ("/proc/meminfo", MemoryInfo), groups)).ContainerLimit);
        Assert.Null(MemoryProbes.OnLinux(new RecordedFiles($"{Limit} = 9223372036854771712", ("/proc/meminfo", MemoryInfo), groups)).ContainerLimit);
    }

    [Fact]
    public void Linux_without_its_memory_file_is_a_failure()
        => Assert.Contains("MemTotal", Assert.Throws<IOException>(() => MemoryProbes.OnLinux(new RecordedFiles(""))).Message, StringComparison.Ordinal);

    [Fact]
    public void Windows_tells_page_files_as_what_is_beyond_the_memory()
        => Assert.Equal(
            new MemoryFacts(16_000, 9_000, 7_000, null, 4_000, 2_500),
            MemoryProbes.OnWindows(new RecordedWindows { Status = new WindowsMemoryStatus(16_000, 9_000, 20_000, 11_500) }));

    [Fact]
    public void Windows_that_does_not_answer_is_a_failure() => Assert.Throws<IOException>(() => MemoryProbes.OnWindows(new RecordedWindows()));

    [Fact]
    public void MacOS_counts_free_and_inactive_pages()
    {
        // struct xsw_usage of 1024 MB, of which 300 MB are used: total, available, used, page size, encrypted.
        var swap = new byte[32];
        BinaryPrimitives.WriteInt64LittleEndian(swap, 1024L << 20);
        BinaryPrimitives.WriteInt64LittleEndian(swap.AsSpan(8), 724L << 20);
        BinaryPrimitives.WriteInt64LittleEndian(swap.AsSpan(16), 300L << 20);
        var kernel = new RecordedMac("hw.memsize: 17179869184\nhw.pagesize: 16384", [20_000, 300_000, 250_000, 100_000, 0], ("vm.swapusage", swap));

        Assert.Equal(
            new MemoryFacts(17_179_869_184, 270_000L * 16384, 17_179_869_184 - (270_000L * 16384), null, 1024L << 20, 724L << 20), MemoryProbes.OnMacOS(kernel));
    }

    [Fact]
    public void MacOS_that_does_not_answer_is_a_failure()
    {
        Assert.Throws<IOException>(() => MemoryProbes.OnMacOS(new RecordedMac("")));
        Assert.Throws<IOException>(() => MemoryProbes.OnMacOS(new RecordedMac("hw.memsize: 17179869184")));
    }
}
