using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.Versioning;
using NativeHost.Broker.Connecting;
using NativeHost.Logging;

namespace NativeHost.Broker;

/// <summary>Takes connections of this user's processes, and of nobody else's.</summary>
internal abstract class BrokerListener : IDisposable
{
    /// <summary>Listens at a place whose lock this process holds.</summary>
    /// <exception cref="SocketException">The socket cannot be made there.</exception>
    public static BrokerListener Open(BrokerPlace place, HostLog log)
        => OperatingSystem.IsWindows() ? new PipeListener(place.Address) : new SocketListener(place.Address, log);

    /// <summary>Waits for the next connection.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public abstract Task<Stream> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Listens no more, and leaves nothing that others would try to connect to.</summary>
    public abstract void Dispose();

    [UnsupportedOSPlatform("windows")]
    private sealed class SocketListener : BrokerListener
    {
        private const int Backlog = 128;
        private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);
        private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        private readonly string _path;
        private readonly HostLog _log;
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public SocketListener(string path, HostLog log)
        {
            (_path, _log) = (path, log);

            // What a killed broker left: the lock says that nobody listens there.
            File.Delete(path);
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, OnlyTheUser);
            _socket.Listen(Backlog);
        }

        public override async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Socket? peer = null;
                try
                {
                    peer = await _socket.AcceptAsync(cancellationToken);
                    if (PeerUser.IsThisUser((int)peer.Handle))
                    {
                        var stream = new WaitingSocketStream(peer);
                        peer = null;
                        return stream;
                    }

                    _log.StrangerRefused();
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    // A peer that has left again, or more connections than a process may have: it passes, and the others must not pay.
                    _log.AcceptFailed(e.Message);
                    await Task.Delay(AcceptPause, cancellationToken);
                }
                finally
                {
                    peer?.Dispose();
                }
            }
        }

        public override void Dispose()
        {
            File.Delete(_path);
            _socket.Dispose();
        }
    }

    [SupportedOSPlatform("windows")]
    private sealed class PipeListener(string name) : BrokerListener
    {
        private const PipeOptions Options = PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly;

        public override async Task<Stream> AcceptAsync(CancellationToken cancellationToken)
        {
            var pipe = new NamedPipeServerStream(
                name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, Options);
            try
            {
                await pipe.WaitForConnectionAsync(cancellationToken);
                return pipe;
            }
            catch
            {
                await pipe.DisposeAsync();
                throw;
            }
        }

        public override void Dispose()
        {
        }
    }
}
