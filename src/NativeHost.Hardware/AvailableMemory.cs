using System.Globalization;
using System.Runtime.InteropServices;

namespace NativeHost.Hardware;

/// <summary>How much memory this process can still use before the machine swaps or the system ends it.</summary>
public static partial class AvailableMemory
{
    /// <summary>Memory that is free or can be freed at once, in bytes; a container's limit counts where it is lower.</summary>
    public static long Bytes()
    {
        if (OperatingSystem.IsLinux())
        {
            return OnLinux(SystemFile.TryRead);
        }

        var free = OperatingSystem.IsWindows() ? OnWindows() : OnMacOS();

        // The runtime's own figure for the machine, should the system not answer: less than all of it is free.
        return free > 0 ? free : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    }

    /// <param name="read">Gives a file's text, or null; the file system in earnest.</param>
    internal static long OnLinux(Func<string, string?> read)
    {
        var free = KibibytesOf("MemAvailable:", read("/proc/meminfo"))
            ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        foreach (var group in ControlGroups(read))
        {
            free = Math.Min(free, FreeIn(group, read));
        }

        return Math.Max(0, free);
    }

    /// <summary>The folders of the control groups that bound this process, from its own up to the root.</summary>
    private static IEnumerable<ControlGroup> ControlGroups(Func<string, string?> read)
    {
        foreach (var line in (read("/proc/self/cgroup") ?? "").Split('\n'))
        {
            // hierarchy-ID:controllers:path, where version 2 has "0::path".
            var fields = line.Split(':', 3);
            var isV2 = fields is ["0", "", _];
            if (fields.Length != 3 || (!isV2 && !fields[1].Split(',').Contains("memory")))
            {
                continue;
            }

            var root = isV2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
            for (var path = fields[2].TrimEnd('/'); ; path = path[..path.LastIndexOf('/')])
            {
                yield return new ControlGroup(root + path, isV2);
                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
    }

    private static long FreeIn(ControlGroup group, Func<string, string?> read)
    {
        var limit = Number(read($"{group.Folder}/{(group.IsV2 ? "memory.max" : "memory.limit_in_bytes")}"));
        var used = Number(read($"{group.Folder}/{(group.IsV2 ? "memory.current" : "memory.usage_in_bytes")}"));
        if (limit is null || used is null)
        {
            return long.MaxValue;
        }

        // The use counts cached file pages, which the kernel takes back when it must.
        var statistics = read($"{group.Folder}/memory.stat");
        var cached = NumberOf(group.IsV2 ? "inactive_file" : "total_inactive_file", statistics) ?? 0;
        return limit.Value - used.Value + cached;
    }

    private static long? KibibytesOf(string name, string? text) => NumberOf(name, text) * 1024;

    /// <summary>The number after a name that starts a line.</summary>
    private static long? NumberOf(string name, string? text)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == name)
            {
                return Number(words[1]);
            }
        }

        return null;
    }

    /// <summary>Null for no number: "max" stands for no limit.</summary>
    private static long? Number(string? text)
        => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static unsafe long OnWindows()
    {
        var status = new MemoryStatus { Length = (uint)sizeof(MemoryStatus) };
        return GlobalMemoryStatusEx(ref status) ? (long)status.AvailablePhysical : 0;
    }

    /// <summary>Free, inactive and purgeable pages: what macOS hands out without compressing anybody's memory.</summary>
    private static unsafe long OnMacOS()
    {
        const int VmInfo64 = 4;
        var statistics = stackalloc uint[64];
        var count = 38u;
        if (host_statistics64(mach_host_self(), VmInfo64, statistics, ref count) != 0)
        {
            return 0;
        }

        // struct vm_statistics64 starts with natural_t free_count, active_count, inactive_count, wire_count.
        return ((long)statistics[0] + statistics[2]) * Environment.SystemPageSize;
    }

    // BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer);
    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatusEx(ref MemoryStatus status);

    // mach_port_t mach_host_self(void);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint mach_host_self();

    // kern_return_t host_statistics64(host_t host, host_flavor_t flavor, host_info64_t info, mach_msg_type_number_t * count);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int host_statistics64(uint host, int flavor, uint* info, ref uint count);

    private readonly record struct ControlGroup(string Folder, bool IsV2);

    /// <summary>The Windows structure MEMORYSTATUSEX.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryStatus
    {
        public uint Length;
        public uint Load;
        public ulong TotalPhysical;
        public ulong AvailablePhysical;
        public ulong TotalPageFile;
        public ulong AvailablePageFile;
        public ulong TotalVirtual;
        public ulong AvailableVirtual;
        public ulong AvailableExtendedVirtual;
    }
}
