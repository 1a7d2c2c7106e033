using Xunit;

namespace NativeHost.Hardware.Tests.Memory;

public sealed class AvailableMemoryTests
{
    private const string MemoryInfo = "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n";
    private const long MachineBytes = 8_000_000L * 1024;

    [Fact]
    public void This_machine_has_some() => Assert.InRange(AvailableMemory.Bytes(), 1024 * 1024, long.MaxValue / 2);

    [Fact]
    public void Without_a_container_it_is_what_the_machine_has()
    {
        var bytes = AvailableMemory.OnLinux(Files(("/proc/meminfo", MemoryInfo), ("/proc/self/cgroup", "0::/\n"), ("/sys/fs/cgroup/memory.max", "max\n")));

        Assert.Equal(MachineBytes, bytes);
    }

    [Fact]
    public void A_containers_limit_less_its_use_counts_and_cached_files_are_free()
    {
        var bytes = AvailableMemory.OnLinux(Files(
            ("/proc/meminfo", MemoryInfo),
            ("/proc/self/cgroup", "0::/user/app\n"),
            ("/sys/fs/cgroup/user/app/memory.max", "1000000\n"),
            ("/sys/fs/cgroup/user/app/memory.current", "700000\n"),
            ("/sys/fs/cgroup/user/app/memory.stat", "anon 1\ninactive_file 50000\n")));

        Assert.Equal(350_000, bytes);
    }

    [Fact]
    public void The_limit_of_an_outer_group_counts_too()
    {
        var bytes = AvailableMemory.OnLinux(Files(
            ("/proc/meminfo", MemoryInfo),
            ("/proc/self/cgroup", "0::/user/app\n"),
            ("/sys/fs/cgroup/user/app/memory.max", "max\n"),
            ("/sys/fs/cgroup/user/memory.max", "500000\n"),
            ("/sys/fs/cgroup/user/memory.current", "100000\n")));

        Assert.Equal(400_000, bytes);
    }

    [Fact]
    public void The_older_control_groups_are_read()
    {
        var bytes = AvailableMemory.OnLinux(Files(
            ("/proc/meminfo", MemoryInfo),
            ("/proc/self/cgroup", "5:cpu,memory:/box\n4:pids:/box\n"),
            ("/sys/fs/cgroup/memory/box/memory.limit_in_bytes", "900000\n"),
            ("/sys/fs/cgroup/memory/box/memory.usage_in_bytes", "800000\n")));

        Assert.Equal(100_000, bytes);
    }

    [Fact]
    public void A_container_over_its_limit_has_none()
    {
        var bytes = AvailableMemory.OnLinux(Files(
            ("/proc/meminfo", MemoryInfo),
            ("/proc/self/cgroup", "0::/\n"),
            ("/sys/fs/cgroup/memory.max", "100\n"),
            ("/sys/fs/cgroup/memory.current", "200\n")));

        Assert.Equal(0, bytes);
    }

    private static Func<string, string?> Files(params (string Path, string Text)[] files)
        => path => Array.Find(files, file => file.Path == path).Text;
}
