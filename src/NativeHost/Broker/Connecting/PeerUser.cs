using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NativeHost.Broker.Connecting;

/// <summary>Which user is at the other end of a Unix domain socket, as the system says.</summary>
internal static partial class PeerUser
{
    private const int LinuxSocketLevel = 1;
    private const int LinuxPeerCredentials = 17;

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
    private const int LinuxCredentialsBytes = 12;
    private const int LinuxUserOffset = 4;

    private const int MacLocalLevel = 0;
    private const int MacPeerCredentials = 1;

    // struct xucred { u_int cr_version; uid_t cr_uid; short cr_ngroups; gid_t cr_groups[16]; }
    private const int MacCredentialsBytes = 76;
    private const int MacUserOffset = 4;

    /// <summary>Whether the peer is a process of the user that this process runs as.</summary>
    /// <param name="socket">Its descriptor.</param>
    public static unsafe bool IsThisUser(int socket)
    {
        var (level, option, bytes, offset) = OperatingSystem.IsMacOS()
            ? (MacLocalLevel, MacPeerCredentials, MacCredentialsBytes, MacUserOffset)
            : (LinuxSocketLevel, LinuxPeerCredentials, LinuxCredentialsBytes, LinuxUserOffset);
        Span<byte> credentials = stackalloc byte[bytes];
        var length = bytes;
        fixed (byte* value = credentials)
        {
            if (getsockopt(socket, level, option, value, ref length) != 0)
            {
                return false;
            }
        }

        var user = credentials.Slice(offset, sizeof(uint));
        return length >= offset + sizeof(uint)
            && (BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(user) : BinaryPrimitives.ReadUInt32BigEndian(user)) == geteuid();
    }

    [LibraryImport("libc")]
    private static unsafe partial int getsockopt(int socket, int level, int option, byte* value, ref int length);

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
