using System.ComponentModel;
using System.Diagnostics;

namespace NativeHost.Actions.Broker;

/// <summary>What a process uses of the machine's memory.</summary>
internal static class ProcessMemory
{
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
}
