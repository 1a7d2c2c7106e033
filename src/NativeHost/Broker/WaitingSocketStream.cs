using System.Net.Sockets;

namespace NativeHost.Broker;

/// <summary>A connection whose reads hold the thread that reads.</summary>
/// <remarks>
/// The runtime's own reads are woken by one thread and go on on another. While a model computes on all cores, either of them may wait for a
/// time slice of the scheduler, so a short answer took milliseconds. Writes are as the runtime's are: they hold nobody.
/// </remarks>
/// <param name="socket">Owned.</param>
internal sealed class WaitingSocketStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>Waits for bytes on the calling thread. A read that is cancelled ends the reading half of the connection.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var ending = cancellationToken.UnsafeRegister(
            static socket =>
            {
                try
                {
                    ((Socket)socket!).Shutdown(SocketShutdown.Receive);
                }
                catch (SocketException)
                {
                    // The peer has left, which ends a read as well.
                }
            },
            Socket);
        Socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }
}
