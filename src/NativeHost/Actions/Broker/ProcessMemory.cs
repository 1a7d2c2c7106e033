using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace NativeHost.Actions.Broker;

/// <summary>What a process uses of the machine's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes that are free for others when the process ends; null where there is no such process, or the system does not say.</summary>
    public static long? GivenBackBy(int pid) => OperatingSystem.IsLinux() ? Anonymous(pid) : Of(pid);

    /// <summary>Bytes in use, pages of mapped files included; null where there is no such process, or the system does not say.</summary>
    public static long? Of(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.WorkingSet64;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or NotSupportedException)
        {
            return null;
        }
    }

    // Linux counts the pages of mapped files as available.
    private static long? Anonymous(int pid)
    {
        const string Field = "RssAnon:";
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
            return long.TryParse(line?[Field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kilobytes)
                ? kilobytes * 1024
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
