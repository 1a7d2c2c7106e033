using System.Buffers.Binary;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Memory;

/// <summary>Asks each system for its memory.</summary>
internal static class MemoryProbes
{
    /// <exception cref="IOException">The system does not tell.</exception>
    public static MemoryFacts OnLinux(ISystemFiles files)
    {
        var text = files.Read("/proc/meminfo");
        var total = Kibibytes("MemTotal:") ?? throw Silent("/proc/meminfo has no MemTotal");
        var available = Kibibytes("MemAvailable:") ?? throw Silent("/proc/meminfo has no MemAvailable");
        var limits = ControlGroup.OfThisProcess(files.Read).Select(group => group.LimitBytes(files.Read)).Where(limit => limit < total).ToList();
        return new MemoryFacts(
            total, AvailableMemory.OnLinux(files.Read), total - available, limits.Min(), Kibibytes("SwapTotal:") ?? 0, Kibibytes("SwapFree:") ?? 0);

        long? Kibibytes(string name) => FieldText.NumberOf(name, text) * 1024;
    }

    /// <exception cref="IOException">The system does not tell.</exception>
    public static MemoryFacts OnWindows(IWindowsKernel kernel)
    {
        var status = kernel.Memory() ?? throw Silent("GlobalMemoryStatusEx failed");

        // Windows counts memory and page files together; what is beyond the memory is page files.
        var swap = Math.Max(0, status.TotalCommit - status.Total);
        return new MemoryFacts(
            status.Total, status.Available, status.Total - status.Available, null, swap, Math.Clamp(status.AvailableCommit - status.Available, 0, swap));
    }

    /// <exception cref="IOException">The system does not tell.</exception>
    public static MemoryFacts OnMacOS(IMacKernel kernel)
    {
        var total = kernel.Number("hw.memsize") ?? throw Silent("sysctl knows no hw.memsize");
        var available = AvailableMemory.OnMacOS(kernel) ?? throw Silent("host_statistics64 failed");

        // struct xsw_usage { u_int64_t xsu_total, xsu_avail, xsu_used; … }
        var swap = kernel.Value("vm.swapusage") is { Length: >= 16 } bytes ? bytes : new byte[16];
        return new MemoryFacts(
            total, available, total - available, null, BinaryPrimitives.ReadInt64LittleEndian(swap), BinaryPrimitives.ReadInt64LittleEndian(swap.AsSpan(8)));
    }

    private static IOException Silent(string what) => new($"The system does not tell its memory: {what}.");
}
