using System.Buffers.Binary;
using System.IO.Pipes;

namespace NativeHost.Broker.Connecting;

/// <summary>A connection to the broker that has been welcomed. Its stream carries frames both ways.</summary>
internal sealed class BrokerConnection(Stream stream, Answer welcome) : IDisposable
{
    /// <summary>How long a broker that listens may take to answer.</summary>
    private const int AnswerMilliseconds = 10_000;

    public Stream Stream { get; } = stream;

    /// <summary>What the broker said of itself.</summary>
    public Answer Welcome { get; } = welcome;

    /// <summary>Connects to the broker that runs.</summary>
    /// <returns>Null where none runs, or the one that runs is about to end.</returns>
    /// <exception cref="BrokerRefusalException">It does not serve this program.</exception>
    public static BrokerConnection? TryOpen(BrokerPlace place, Hello hello)
    {
        Stream? stream = null;
        try
        {
            stream = TryConnect(place);
            if (stream is null)
            {
                return null;
            }

            stream.Write(HandshakeFrames.Of(hello));
            var answer = Receive(stream);
            if (answer.Status == Handshake.Welcome)
            {
                var connection = new BrokerConnection(stream, answer);
                stream = null;
                return connection;
            }

            return answer.Status == Handshake.Refused
                ? throw new BrokerRefusalException(answer.Code ?? "internal", answer.Message ?? "The broker refused the connection.")
                : null;
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return null;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    public void Dispose() => Stream.Dispose();

    private static Stream? TryConnect(BrokerPlace place)
        => OperatingSystem.IsWindows() ? TryConnectPipe(place.Address) : BrokerSocket.TryConnect(place.Address);

    private static NamedPipeClientStream? TryConnectPipe(string name)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.CurrentUserOnly | PipeOptions.Asynchronous);
        try
        {
            pipe.Connect(0);
            return pipe;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            pipe.Dispose();
            return null;
        }
    }

    private static Answer Receive(Stream stream)
    {
        if (stream.CanTimeout)
        {
            stream.ReadTimeout = AnswerMilliseconds;
        }

        var header = new byte[sizeof(int)];
        stream.ReadExactly(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > Handshake.MaxBytes)
        {
            throw new IOException("What listens there is no broker.");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        if (stream.CanTimeout)
        {
            stream.ReadTimeout = Timeout.Infinite;
        }

        return HandshakeFrames.TryReadAnswer(json) ?? throw new IOException("What listens there is no broker.");
    }
}

/// <summary>The broker does not serve this program.</summary>
/// <param name="code">Why: an error code of the protocol.</param>
internal sealed class BrokerRefusalException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
