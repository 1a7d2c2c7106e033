using NativeHost.Hardware.Probing;

namespace NativeHost.Hardware.Memory;

/// <summary>A control group of Linux that bounds this process: what containers are made of.</summary>
/// <param name="Folder">Where it tells about itself.</param>
/// <param name="IsV2">Whether it is of the second version, whose files have other names.</param>
internal readonly record struct ControlGroup(string Folder, bool IsV2)
{
    /// <summary>The groups that bound this process, from its own up to the root.</summary>
    /// <param name="read">Gives a file's text, or null; the file system in earnest.</param>
    public static IEnumerable<ControlGroup> OfThisProcess(Func<string, string?> read)
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

    /// <summary>Bytes that its processes may use together; null for no limit. Version 1 writes none as a number that no machine has.</summary>
    public long? LimitBytes(Func<string, string?> read) => FieldText.Number(read($"{Folder}/{(IsV2 ? "memory.max" : "memory.limit_in_bytes")}"));

    /// <summary>Bytes that its processes may still use; null where it has no limit, or does not say.</summary>
    public long? FreeBytes(Func<string, string?> read)
    {
        var used = FieldText.Number(read($"{Folder}/{(IsV2 ? "memory.current" : "memory.usage_in_bytes")}"));
        if (LimitBytes(read) is not { } limit || used is null)
        {
            return null;
        }

        // The use counts cached file pages, which the kernel takes back when it must.
        var cached = FieldText.NumberOf(IsV2 ? "inactive_file" : "total_inactive_file", read($"{Folder}/memory.stat")) ?? 0;
        return limit - used.Value + cached;
    }
}
