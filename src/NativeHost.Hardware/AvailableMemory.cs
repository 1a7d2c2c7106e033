using NativeHost.Hardware.Memory;
using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware;

/// <summary>How much memory this process can still use before the machine swaps or the system ends it.</summary>
public static class AvailableMemory
{
    /// <summary>Memory that is free or can be freed at once, in bytes; a container's limit counts where it is lower.</summary>
    public static long Bytes()
    {
        if (OperatingSystem.IsLinux())
        {
            return OnLinux(SystemFile.TryRead);
        }

        var free = OperatingSystem.IsWindows() ? new WindowsKernel().Memory()?.Available : OnMacOS(new MacKernel());

        // The runtime's own figure for the machine, should the system not answer: less than all of it is free.
        return free > 0 ? free.Value : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    }

    /// <param name="read">Gives a file's text, or null; the file system in earnest.</param>
    internal static long OnLinux(Func<string, string?> read)
    {
        var free = FieldText.NumberOf("MemAvailable:", read("/proc/meminfo")) * 1024
            ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        foreach (var group in ControlGroup.OfThisProcess(read))
        {
            free = Math.Min(free, group.FreeBytes(read) ?? long.MaxValue);
        }

        return Math.Max(0, free);
    }

    /// <summary>Free and inactive pages: what macOS hands out without compressing anybody's memory. Null where they are not told.</summary>
    internal static long? OnMacOS(IMacKernel kernel)
        // struct vm_statistics64 starts with natural_t free_count, active_count, inactive_count, wire_count.
        => kernel.MemoryStatistics() is { Length: > 2 } words
            ? ((long)words[0] + words[2]) * (kernel.Number("hw.pagesize") ?? Environment.SystemPageSize)
            : null;
}
