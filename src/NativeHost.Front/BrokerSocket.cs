using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NativeHost.Broker.Connecting;
using NativeHost.Framing;

namespace NativeHost.Broker;

/// <summary>The front's way to the broker's socket: plain system calls, because it starts anew for each port.</summary>
internal static partial class BrokerSocket
{
    private const int UnixFamily = 1;
    private const int StreamType = 1;
    private const int LinuxCloseOnExec = 0x8_0000;
    private const int Interrupted = 4;

    // struct sockaddr_un of macOS; Linux has four bytes more, and the family in both of the first two.
    private const int AddressBytes = 106;
    private const int FamilyBytes = 2;

    /// <returns>Null where nobody listens, or somebody else does.</returns>
    public static DescriptorStream? TryConnect(string path)
    {
        // On macOS what the front starts is given no descriptor that is not named: see DetachedProcess.
        var descriptor = socket(UnixFamily, OperatingSystem.IsMacOS() ? StreamType : StreamType | LinuxCloseOnExec, 0);
        if (descriptor < 0)
        {
            return null;
        }

#pragma warning disable CA2000 // The stream owns it, and is disposed where it is not handed out.
        var stream = new DescriptorStream(new SafeFileHandle(descriptor, ownsHandle: true)) { ReadsOnlyWhileOpen = StandardStreams.StandardInput };
#pragma warning restore CA2000
        if (TryConnect(descriptor, path) && PeerUser.IsThisUser(descriptor))
        {
            return stream;
        }

        stream.Dispose();
        return null;
    }

    private static unsafe bool TryConnect(int descriptor, string path)
    {
        var address = stackalloc byte[AddressBytes];
        var bytes = new Span<byte>(address, AddressBytes);
        bytes.Clear();
        if (Encoding.UTF8.GetByteCount(path) >= AddressBytes - FamilyBytes)
        {
            return false;
        }

        var length = FamilyBytes + Encoding.UTF8.GetBytes(path, bytes[FamilyBytes..]) + 1;
        if (OperatingSystem.IsMacOS())
        {
            (bytes[0], bytes[1]) = ((byte)length, UnixFamily);
        }
        else
        {
            _ = BitConverter.TryWriteBytes(bytes, (ushort)UnixFamily);
        }

        int failed;
        do
        {
            failed = connect(descriptor, address, length);
        }
        while (failed != 0 && Marshal.GetLastPInvokeError() == Interrupted);
        return failed == 0;
    }

    [LibraryImport("libc")]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int connect(int socket, byte* address, int length);
}
