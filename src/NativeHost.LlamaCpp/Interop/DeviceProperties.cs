using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>The C structure ggml_backend_dev_props: 56 bytes, with room behind it for what later versions may add.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal unsafe struct DeviceProperties
{
    public byte* Name;
    public byte* Description;
    public nuint FreeBytes;
    public nuint TotalBytes;
    public int Type;

    /// <summary>Its address on the PCI bus, such as <c>0000:01:00.0</c>; null where there is none.</summary>
    public byte* Id;
}
