using System.Runtime.InteropServices;

namespace NativeHost.BitNet.Model;

/// <summary>A block of memory for packed weights, in large pages where the system gives them.</summary>
internal sealed unsafe partial class WeightMemory : IDisposable
{
    private const int LargePageBytes = 2 * 1024 * 1024;
    private const int AdviseLargePages = 14;

    private byte* _memory;

    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public WeightMemory(long bytes)
    {
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, LargePageBytes);
        if (OperatingSystem.IsLinux())
        {
            // Advice: where it is not taken, pages are small.
            _ = Advise(_memory, (nuint)bytes, AdviseLargePages);
        }
    }

    public byte* Start => _memory;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);
}
