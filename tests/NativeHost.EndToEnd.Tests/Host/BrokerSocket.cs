using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace NativeHost.EndToEnd.Tests.Host;

/// <summary>A connection to the broker of a home that is made by hand, by whoever has the user's rights.</summary>
internal sealed class BrokerSocket : IAsyncDisposable
{
    private readonly NetworkStream _stream;

    private BrokerSocket(NetworkStream stream) => _stream = stream;

    public static string PathIn(TemporaryHome home) => Path.Combine(home.Runtime, "tabagent/broker.sock");

    public static async Task<BrokerSocket> ConnectAsync(TemporaryHome home, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathIn(home)), cancellationToken);
        return new BrokerSocket(new NetworkStream(socket, ownsSocket: true));
    }

    public async Task SayBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException)
        {
            // The broker has closed it, as it may.
        }
    }

    public async Task SayAsync(JsonObject message, CancellationToken cancellationToken)
    {
        var json = Encoding.UTF8.GetBytes(message.ToJsonString());
        var frame = new byte[sizeof(int) + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, sizeof(int));
        await SayBytesAsync(frame, cancellationToken);
    }

    /// <summary>Sends a frame and reads one.</summary>
    /// <returns>Null where the broker closed the connection instead.</returns>
    public async Task<JsonObject?> AskAsync(JsonObject message, CancellationToken cancellationToken)
    {
        await SayAsync(message, cancellationToken);
        try
        {
            var header = new byte[sizeof(int)];
            await _stream.ReadExactlyAsync(header, cancellationToken);
            var answer = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            await _stream.ReadExactlyAsync(answer, cancellationToken);
            return JsonNode.Parse(answer)!.AsObject();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What a front says first.</summary>
    public static JsonObject Hello(string version, int protocol) => new()
    {
        ["protocol"] = protocol,
        ["version"] = version,
        ["pid"] = Environment.ProcessId,
        ["kind"] = "extension",
        ["origin"] = HostProcess.Origin,
    };

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
