using System.Runtime.InteropServices;

namespace NativeHost.Hardware;

/// <summary>Memory that this process has taken from the system and does not use.</summary>
public static partial class SpareMemory
{
    /// <summary>
    /// Gives it back: a load leaves tens of megabytes behind (texts of the vocabulary, on the heap here and in native allocators) that
    /// nothing would ask for again. Takes some milliseconds.
    /// </summary>
    public static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            _ = Trim(0);
        }
    }

    // Of glibc, which is the C library that this program runs with on Linux.
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint kept);
}
