using System.Runtime.InteropServices;

namespace NativeHost.Benchmarks.Downloads;

/// <summary>Memory that the system has free.</summary>
internal static unsafe class FreeMemory
{
    private const int PageBytes = 4096;

    /// <summary>
    /// Takes some, writes to it, and gives it back. A virtual machine may have left what is free to its host, and pays more for the first
    /// touch of a page than for all that a download does with it.
    /// </summary>
    public static void Touch(long bytes)
    {
        var memory = (byte*)NativeMemory.Alloc((nuint)bytes);
        for (var offset = 0L; offset < bytes; offset += PageBytes)
        {
            memory[offset] = 1;
        }

        NativeMemory.Free(memory);
    }
}
