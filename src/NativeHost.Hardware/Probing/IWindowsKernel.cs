using System.Runtime.InteropServices;

namespace NativeHost.Hardware.Probing;

/// <summary>What Windows tells through its kernel and its device manager.</summary>
internal interface IWindowsKernel
{
    /// <summary>Memory now; null where it is not told.</summary>
    WindowsMemoryStatus? Memory();

    /// <summary>The records of <c>GetLogicalProcessorInformationEx</c>, one behind the other; none where they are not told.</summary>
    byte[] ProcessorRecords();

    /// <summary>Ticks of all processors since the start: idle, and all together; null where they are not told.</summary>
    (long Idle, long All)? ProcessorTicks();

    /// <summary>Paths of the devices of a class that are there now; null where the device manager does not answer.</summary>
    /// <param name="classId">With its braces.</param>
    IReadOnlyList<string>? PresentDevices(string classId);
}

/// <summary>The Windows structure MEMORYSTATUSEX, in bytes.</summary>
/// <param name="TotalCommit">What all programs together may ask for: memory and page files.</param>
internal sealed record WindowsMemoryStatus(long Total, long Available, long TotalCommit, long AvailableCommit);

/// <summary>The kernel of this machine.</summary>
internal sealed unsafe partial class WindowsKernel : IWindowsKernel
{
    private const int AllRelations = 0xffff; // RelationAll
    private const uint ClassFilter = 0x200 | 0x100; // CM_GETIDLIST_FILTER_CLASS, CM_GETIDLIST_FILTER_PRESENT

    public WindowsMemoryStatus? Memory()
    {
        var status = new MemoryStatus { Length = (uint)sizeof(MemoryStatus) };
        return GlobalMemoryStatusEx(ref status)
            ? new WindowsMemoryStatus((long)status.TotalPhysical, (long)status.AvailablePhysical, (long)status.TotalPageFile, (long)status.AvailablePageFile)
            : null;
    }

    public byte[] ProcessorRecords()
    {
        uint length = 0;
        _ = GetLogicalProcessorInformationEx(AllRelations, null, ref length);
        var records = new byte[length];
        fixed (byte* bytes = records)
        {
            return length > 0 && GetLogicalProcessorInformationEx(AllRelations, bytes, ref length) ? records[..(int)length] : [];
        }
    }

    public (long Idle, long All)? ProcessorTicks()
        // The kernel's time counts the idle one.
        => GetSystemTimes(out var idle, out var kernel, out var user) ? (idle, kernel + user) : null;

    public IReadOnlyList<string>? PresentDevices(string classId)
    {
        if (CM_Get_Device_ID_List_SizeW(out var length, classId, ClassFilter) != 0)
        {
            return null;
        }

        var characters = new char[length];
        fixed (char* list = characters)
        {
            return CM_Get_Device_ID_ListW(classId, list, length, ClassFilter) == 0
                ? new string(characters).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                : null;
        }
    }

    // BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX lpBuffer);
    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GlobalMemoryStatusEx(ref MemoryStatus status);

    // BOOL GetLogicalProcessorInformationEx(LOGICAL_PROCESSOR_RELATIONSHIP type, PSYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX buffer, PDWORD length);
    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetLogicalProcessorInformationEx(int type, byte* buffer, ref uint length);

    // BOOL GetSystemTimes(PFILETIME idle, PFILETIME kernel, PFILETIME user);
    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    // CONFIGRET CM_Get_Device_ID_List_SizeW(PULONG length, PCWSTR filter, ULONG flags);
    [LibraryImport("cfgmgr32", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CM_Get_Device_ID_List_SizeW(out uint length, string filter, uint flags);

    // CONFIGRET CM_Get_Device_ID_ListW(PCWSTR filter, PWSTR buffer, ULONG length, ULONG flags);
    [LibraryImport("cfgmgr32", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int CM_Get_Device_ID_ListW(string filter, char* buffer, uint length, uint flags);

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
