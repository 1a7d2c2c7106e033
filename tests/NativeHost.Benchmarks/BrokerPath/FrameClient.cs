using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NativeHost.Broker;
using NativeHost.Broker.Connecting;

namespace NativeHost.Benchmarks.BrokerPath;

/// <summary>A client that blocks, and looks at little: what it does takes its time from the host's threads.</summary>
internal sealed class FrameClient : IDisposable
{
    private const int MaxFrameBytes = 1024 * 1024;

    private readonly Process? _process;
    private readonly Stream _requests;
    private readonly Stream _answers;
    private readonly byte[] _frame = new byte[sizeof(int) + MaxFrameBytes];

    private FrameClient(Process process)
        => (_process, _requests, _answers) = (process, process.StandardInput.BaseStream, process.StandardOutput.BaseStream);

    private FrameClient(Stream both) => (_requests, _answers) = (both, both);

    /// <summary>Of the program that it talks to.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Starts a program that speaks frames over its stdin and stdout.</summary>
    public static FrameClient Start(string home, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Give(start, home);
        return new FrameClient(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>Connects to the broker of a home without a front between.</summary>
    public static FrameClient Connect(string home)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(home, "run", "tabagent", "broker.sock")));
        var client = new FrameClient(new NetworkStream(socket, ownsSocket: true));
        var hello = new Hello(Handshake.Protocol, HostVersion.Text, Environment.ProcessId, Handshake.Local, Handshake.Local);
        client.Send(JsonSerializer.Serialize(hello, HandshakeJson.Default.Hello));
        client.Read();
        return client;
    }

    /// <summary>Ends the broker of a home.</summary>
    /// <param name="program">The program with the verbs.</param>
    public static void StopBroker(string home, string program)
    {
        var start = new ProcessStartInfo(program, ["stop"]) { RedirectStandardOutput = true };
        Give(start, home);
        using var stop = Process.Start(start)!;
        stop.WaitForExit();
    }

    /// <summary>Makes a process live in a folder of its own, with a broker of its own.</summary>
    public static void Give(ProcessStartInfo start, string home)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TABAGENT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = home;
        start.Environment["XDG_RUNTIME_DIR"] = Path.Combine(home, "run");
    }

    /// <summary>Sends a request and waits for its final frame.</summary>
    /// <param name="onToken">Told of each event frame that brings text.</param>
    public JsonElement Ask(string json, Action? onToken = null)
    {
        Send(json);
        while (true)
        {
            var frame = Read();
            if (!frame.StartsWith("{\"status\""u8))
            {
                if (frame.IndexOf("\"phase\":\"decode\""u8) >= 0)
                {
                    onToken?.Invoke();
                }

                continue;
            }

            var reader = new Utf8JsonReader(frame);
            var answer = JsonElement.ParseValue(ref reader);
            return answer.GetProperty("status").GetString() == "success" ? answer : throw new InvalidOperationException(answer.GetRawText());
        }
    }

    /// <summary>Ends its input, and waits for the program.</summary>
    public void Dispose()
    {
        _requests.Close();
        _process?.WaitForExit();
        _process?.Dispose();
    }

    private void Send(string json)
    {
        var length = Encoding.UTF8.GetBytes(json, _frame.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(_frame, length);
        _requests.Write(_frame, 0, sizeof(int) + length);
        _requests.Flush();
    }

    private ReadOnlySpan<byte> Read()
    {
        _answers.ReadExactly(_frame, 0, sizeof(int));
        var length = BinaryPrimitives.ReadInt32LittleEndian(_frame);
        _answers.ReadExactly(_frame, sizeof(int), length);
        return _frame.AsSpan(sizeof(int), length);
    }
}
