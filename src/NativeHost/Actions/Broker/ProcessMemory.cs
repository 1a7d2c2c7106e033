using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace NativeHost.Actions.Broker;

/// <summary>What a process uses of the machine's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>Bytes in use, pages of mapped files included; null where there is no such process, or the system does not say.</summary>
    public static long? Of(int pid)
    {
        if (OperatingSystem.IsLinux())
        {
            return OfLinux(pid);
        }

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

    /// <summary>The framework's way takes ten times as long, and this is asked with every state of a model.</summary>
    private static long? OfLinux(int pid)
    {
        try
        {
            // proc_pid_statm(5): the second number counts resident pages.
            var fields = File.ReadAllText(FormattableString.Invariant($"/proc/{pid}/statm")).Split(' ');
            return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
