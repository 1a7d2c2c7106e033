using System.Buffers.Binary;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.Tests.Broker;

/// <summary>Whoever connects to a broker, byte by byte if need be.</summary>
internal sealed class BrokerPeer(Stream stream) : IAsyncDisposable
{
    public static async Task<BrokerPeer> ConnectAsync(BrokerPlace place, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            var pipe = new NamedPipeClientStream(".", place.Address, PipeDirection.InOut, PipeOptions.CurrentUserOnly | PipeOptions.Asynchronous);
            await pipe.ConnectAsync(cancellationToken);
            return new BrokerPeer(pipe);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(place.Address), cancellationToken);
        return new BrokerPeer(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>What a front of some version says first.</summary>
    public static string Hello(string version, int protocol = Handshake.Protocol, string kind = Handshake.Extension, string origin = "chrome-extension://a/")
        => $$"""{"protocol":{{protocol}},"version":"{{version}}","pid":7,"kind":"{{kind}}","origin":"{{origin}}"}""";

    public static byte[] Frame(string json)
    {
        var frame = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(json)];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - sizeof(int));
        Encoding.UTF8.GetBytes(json, frame.AsSpan(sizeof(int)));
        return frame;
    }

    public async Task SayBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        => await stream.WriteAsync(bytes, cancellationToken);

    /// <returns>The broker's next frame; null where it closed the connection.</returns>
    public async Task<JsonElement?> HearAsync(CancellationToken cancellationToken)
    {
        try
        {
            var header = new byte[sizeof(int)];
            await stream.ReadExactlyAsync(header, cancellationToken);
            var json = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            await stream.ReadExactlyAsync(json, cancellationToken);
            return JsonElement.Parse(json);
        }
        catch (IOException)
        {
            // With bytes of ours unread, the system tells of the end as a reset.
            return null;
        }
    }

    public async Task<JsonElement?> AskAsync(string json, CancellationToken cancellationToken)
    {
        await SayBytesAsync(Frame(json), cancellationToken);
        return await HearAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
