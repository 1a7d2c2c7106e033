using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NativeHost.Hardware.Probing;

/// <summary>What the kernel of macOS tells when it is asked by name.</summary>
internal interface IMacKernel
{
    /// <summary>The bytes of a value; null where the kernel knows no such name.</summary>
    byte[]? Value(string name);

    /// <summary>The numbers of <c>vm_statistics64</c>, in 32-bit words; null where they are not told.</summary>
    uint[]? MemoryStatistics();

    /// <summary>Ticks of all processors in user code, in the system, idle and at low priority; null where they are not told.</summary>
    uint[]? ProcessorTicks();
}

/// <summary>Values in the forms that the kernel of macOS has for them.</summary>
internal static class MacValues
{
    /// <summary>A whole number of 32 or 64 bits; null for none.</summary>
    public static long? Number(this IMacKernel kernel, string name) => kernel.Value(name) switch
    {
        { Length: 4 } bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        { Length: >= 8 } bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => null,
    };

    /// <summary>A text, which ends with a zero; null for none.</summary>
    public static string? Text(this IMacKernel kernel, string name)
        => kernel.Value(name) is { } bytes && Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>The kernel of this machine.</summary>
internal sealed unsafe partial class MacKernel : IMacKernel
{
    // From mach/host_info.h: the flavours, and how many words of each are asked for.
    private const int VmInfo64 = 4;
    private const int VmInfo64Words = 38;
    private const int CpuLoadInfo = 3;
    private const int CpuLoadWords = 4;

    public byte[]? Value(string name)
    {
        nuint length = 0;
        if (sysctlbyname(name, null, ref length, 0, 0) != 0 || length == 0)
        {
            return null;
        }

        var value = new byte[length];
        fixed (byte* bytes = value)
        {
            return sysctlbyname(name, bytes, ref length, 0, 0) == 0 ? value[..(int)length] : null;
        }
    }

    public uint[]? MemoryStatistics()
    {
        // One kernel fills in fewer words than another; the first ones never move.
        var words = stackalloc uint[64];
        var count = (uint)VmInfo64Words;
        return host_statistics64(mach_host_self(), VmInfo64, words, ref count) == 0 ? new Span<uint>(words, (int)count).ToArray() : null;
    }

    public uint[]? ProcessorTicks()
    {
        var words = stackalloc uint[CpuLoadWords];
        var count = (uint)CpuLoadWords;
        return host_statistics64(mach_host_self(), CpuLoadInfo, words, ref count) == 0 ? new Span<uint>(words, (int)count).ToArray() : null;
    }

    // int sysctlbyname(const char * name, void * oldp, size_t * oldlenp, void * newp, size_t newlen);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int sysctlbyname(string name, byte* old, ref nuint length, nint value, nuint valueLength);

    // mach_port_t mach_host_self(void);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint mach_host_self();

    // kern_return_t host_statistics64(host_t host, host_flavor_t flavor, host_info64_t info, mach_msg_type_number_t * count);
    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int host_statistics64(uint host, int flavor, uint* info, ref uint count);
}
