using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace NativeHost.Processes;

/// <summary>A job object: a process and all that it starts, which end when this is disposed.</summary>
internal sealed partial class WindowsJob : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ExtendedLimits = 9; // JobObjectExtendedLimitInformation
    private const uint KillOnClose = 0x2000; // JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE

    public WindowsJob()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Takes a process that has just been started into a job of its own. What it started before that is not in it.</summary>
    /// <returns>Null where the system does not allow it.</returns>
    [SupportedOSPlatform("windows")]
    public static WindowsJob? Of(Process process)
    {
        var job = CreateJobObject(0, null);
        var limits = new Limits { Flags = KillOnClose };
        if (!job.IsInvalid
            && SetInformationJobObject(job, ExtendedLimits, limits, Unsafe.SizeOf<Limits>())
            && AssignProcessToJobObject(job, process.SafeHandle))
        {
            return job;
        }

        job.Dispose();
        return null;
    }

    protected override bool ReleaseHandle() => CloseHandle(handle);

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial WindowsJob CreateJobObject(nint security, string? name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(WindowsJob job, int kind, in Limits limits, int bytes);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(WindowsJob job, SafeProcessHandle process);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseHandle(nint handle);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which only the flags are set: 144 bytes on 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limits
    {
        public long ProcessTime;
        public long JobTime;
        public uint Flags;
        public nint LeastWorkingSet;
        public nint MostWorkingSet;
        public uint Processes;
        public nint Affinity;
        public uint Priority;
        public uint Scheduling;
        public IoCounters Transfers;
        public nint ProcessMemory;
        public nint JobMemory;
        public nint PeakProcessMemory;
        public nint PeakJobMemory;
    }

    /// <summary>IO_COUNTERS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoCounters
    {
        public ulong Reads;
        public ulong Writes;
        public ulong Others;
        public ulong ReadBytes;
        public ulong WrittenBytes;
        public ulong OtherBytes;
    }
}
