using System.Net.Sockets;
using NativeHost.Broker.Connecting;

namespace NativeHost.Broker;

/// <summary>This program's way to the broker's socket. The front has its own, of plain system calls.</summary>
internal static class BrokerSocket
{
    /// <returns>Null where nobody listens, or somebody else does.</returns>
    public static NetworkStream? TryConnect(string path)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            if (!PeerUser.IsThisUser((int)socket.Handle))
            {
                return null;
            }

            var stream = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return stream;
        }
        catch (SocketException)
        {
            // Nobody listens there, or not any more.
            return null;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
