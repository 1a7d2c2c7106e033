using System.Buffers.Binary;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.Front.Tests;

/// <summary>The browser's ends of a front's two pipes.</summary>
internal sealed class BrowserEnds : IDisposable
{
    private readonly AnonymousPipeServerStream _toFront = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromFront = new(PipeDirection.In);

    /// <summary>Starts a pump between this browser and a broker.</summary>
    /// <returns>Its end.</returns>
    public Task<PumpEnd> Run(BrokerEnds broker) => Run(broker.Connect);

    public Task<PumpEnd> Run(Func<BrokerConnection?> connect)
    {
        var input = new AnonymousPipeClientStream(PipeDirection.In, _toFront.ClientSafePipeHandle);
        var output = new AnonymousPipeClientStream(PipeDirection.Out, _fromFront.ClientSafePipeHandle);
        var ended = new TaskCompletionSource<PumpEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        var pump = new Pump(input, new BrowserOutput(output), connect, ended.SetResult);
        new Thread(pump.Run) { IsBackground = true }.Start();
        return ended.Task.WaitAsync(Patience.Token);
    }

    public void Say(string json) => Frames.Write(_toFront, json);

    public JsonElement Hear()
    {
        using var document = JsonDocument.Parse(Frames.Read(_fromFront));
        return document.RootElement.Clone();
    }

    public void HangUp() => _toFront.Dispose();

    public void Dispose()
    {
        _toFront.Dispose();
        _fromFront.Dispose();
    }
}

/// <summary>The broker's ends of the connections that a front makes, one after the other.</summary>
internal sealed class BrokerEnds : IDisposable
{
    private readonly List<(NetworkStream Front, NetworkStream Broker)> _connections = [];
    private int _taken;

    public BrokerEnds(int count)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen();
        for (var i = 0; i < count; i++)
        {
            var front = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            front.Connect(listener.LocalEndPoint!);
            _connections.Add((new NetworkStream(front, ownsSocket: true), new NetworkStream(listener.Accept(), ownsSocket: true)));
        }
    }

    /// <summary>How many connections the front has made.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>The next connection; none where all are used.</summary>
    public BrokerConnection? Connect()
        => _taken < _connections.Count
            ? new BrokerConnection(_connections[_taken++].Front, new Answer(Handshake.Welcome, "1.0.0", 1))
            : null;

    public string Hear(int connection) => Frames.Read(_connections[connection].Broker);

    public void Say(int connection, string json) => Frames.Write(_connections[connection].Broker, json);

    public void SayBytes(int connection, byte[] bytes) => _connections[connection].Broker.Write(bytes);

    public void Lose(int connection) => _connections[connection].Broker.Dispose();

    public void Dispose() => _connections.ForEach(connection => connection.Broker.Dispose());
}

/// <summary>Frames, written and read by hand.</summary>
internal static class Frames
{
    public static void Write(Stream stream, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var header = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, body.Length);
        stream.Write([.. header, .. body]);
    }

    public static string Read(Stream stream)
    {
        var header = new byte[sizeof(int)];
        stream.ReadExactly(header);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        stream.ReadExactly(body);
        return Encoding.UTF8.GetString(body);
    }
}
