using System.Runtime.InteropServices;

namespace NativeHost.Framing;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Asked;
    public short Happened;
}
