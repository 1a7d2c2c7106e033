using System.Buffers.Binary;
using NativeHost.Broker.Connecting;
using NativeHost.Framing;

namespace NativeHost.Front;

/// <summary>Passes frames between a browser and the broker.</summary>
/// <remarks>
/// One thread for each way; each reads no further than the other end takes, so a side that does not read stalls the other. A lost
/// broker costs the requests that were open: each gets an error. Only the next request makes a new connection: a broker that was ended
/// on purpose must not come back for a port that asks nothing. One that is lost again before it has answered anything is given up.
/// </remarks>
/// <param name="input">Read by the thread that runs the pump.</param>
/// <param name="connect">Makes a connection; null where the browser is gone. May throw as <see cref="BrokerLauncher.Open"/> does.</param>
/// <param name="end">Called once, by either thread, when either side ends; the other may wait for ever, so the process is to end there.</param>
internal sealed class Pump(Stream input, BrowserOutput output, Func<BrokerConnection?> connect, Action<PumpEnd> end)
{
    /// <summary>How long the broker may take to start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>How long a browser is given to read the last frame.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromMilliseconds(500);

    private const int PieceBytes = 64 * 1024;

    // Each page of it is touched at the start, and most requests need no more.
    private const int FirstPieceBytes = 4096;

    private const int ThreadStackBytes = 256 * 1024;

    // Connections in a row that brought no answer.
    private const int MaxFruitless = 2;

    private const string Lost = "broker_lost";

    private readonly OpenRequests _open = new();

    // On Windows the second thread makes the first connection, before there is a request for it.
    private readonly CurrentConnection _current = new(isAwaited: OperatingSystem.IsWindows());
    private int _hasEnded;

    /// <summary>Passes frames until the browser's side ends.</summary>
    public void Run()
    {
        // A second thread is made while nobody waits for it. On Windows the wait for a broker does not see that the browser is gone.
        BrokerConnection? first = null;
        if (!OperatingSystem.IsWindows())
        {
            TellOfFailure(() => first = Connect());
            if (first is null)
            {
                End(PumpEnd.BrowserGone);
                return;
            }
        }

        new Thread(() => TellOfFailure(() => PassAnswers(first)), ThreadStackBytes) { IsBackground = true }.Start();
        PassRequests();
    }

    private void End(PumpEnd reason)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            end(reason);
        }
    }

    /// <summary>From the broker to the browser; this side also makes the connections that follow a lost one.</summary>
    /// <param name="connection">The first; null where it is to be made.</param>
    private void PassAnswers(BrokerConnection? connection)
    {
        for (var fruitless = 0; fruitless < MaxFruitless; connection = null)
        {
            if (connection is null)
            {
                _current.WaitForNeed();
                connection = Connect();
            }

            if (connection is null)
            {
                End(PumpEnd.BrowserGone);
                return;
            }

            using (connection)
            {
                fruitless = PassAnswersOf(connection.Stream) ? 0 : fruitless + 1;
                Abandon(_current.Publish(null));
            }
        }

        Tell(Lost, "The broker ended again before it answered anything; tabagent doctor may say why.");
    }

    private BrokerConnection? Connect()
    {
        var connection = connect();
        if (connection is not null)
        {
            _current.Publish(connection);
        }

        return connection;
    }

    private void TellOfFailure(Action work)
    {
        try
        {
            work();
        }
        catch (BrokerRefusalException e)
        {
            Tell(e.Code, e.Message);
        }
        catch (BrowserGoneException)
        {
            End(PumpEnd.BrowserGone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Tell("broker_unavailable", e.Message);
        }
    }

    private void Tell(string code, string message, PumpEnd end = PumpEnd.BrokerGone)
    {
        try
        {
            output.WriteError(default, code, message);
        }
        catch (BrowserGoneException)
        {
            // Nobody is left to tell.
        }

        End(end);
    }

    /// <summary>Answers what a lost connection leaves open.</summary>
    private void Abandon(int number)
    {
        foreach (var request in _open.TakeAll(number))
        {
            output.WriteError(request, Lost, "The broker ended while it worked on this. It is started again: load the model, and ask again.");
        }
    }

    /// <returns>Whether a request was answered before the connection ended.</returns>
    private bool PassAnswersOf(Stream broker)
    {
        var scanner = new HeadScanner();
        var hasAnswered = false;

        // Whole frames, so that a lost broker leaves no half of one with the browser.
        var reader = new BlockingFrameReader(broker, FrameLimits.MaxOutboundBytes);
        while (reader.TryRead(out var frame))
        {
            output.Write(frame);
            scanner.ScanToKind(frame[sizeof(int)..]);
            if (scanner.IsFinal)
            {
                hasAnswered = true;
                _open.Remove(scanner.ReadId());
            }
        }

        return hasAnswered;
    }

    /// <summary>From the browser to the broker.</summary>
    private void PassRequests()
    {
        try
        {
            var piece = new byte[FirstPieceBytes];
            var scanner = new HeadScanner();
            while (ReadSome(piece.AsSpan(0, sizeof(int)), atLeast: sizeof(int)) is var header and > 0)
            {
                var length = BinaryPrimitives.ReadUInt32LittleEndian(piece);
                if (header < sizeof(int) || length > FrameLimits.MaxInboundBytes)
                {
                    EndAtBoundary(header < sizeof(int)
                        ? $"Message format error: the stream ended inside a length prefix, after {header} bytes."
                        : $"Message size error: Message too large: {length} bytes; the limit is {FrameLimits.MaxInboundBytes}.");
                    return;
                }

                if (length > piece.Length - sizeof(int) && piece.Length < PieceBytes)
                {
                    Array.Resize(ref piece, PieceBytes);
                }

                if (!PassRequest(piece, scanner, (int)length))
                {
                    EndAtBoundary($"Message format error: the stream ended inside a message of {length} bytes.");
                    return;
                }
            }

            End(PumpEnd.BrowserGone);
        }
        catch (Exception e) when (e is IOException or BrowserGoneException)
        {
            End(PumpEnd.BrowserGone);
        }
    }

    private void EndAtBoundary(string message)
    {
        // A browser that has lost the thread may not read either; it must not hold the process.
        var telling = new Thread(() => Tell("frame_boundary_lost", message, PumpEnd.FrameBoundaryLost), ThreadStackBytes) { IsBackground = true };
        telling.Start();
        telling.Join(LastWait);
        End(PumpEnd.FrameBoundaryLost);
    }

    /// <summary>Passes one frame on, of which the header is in <paramref name="piece"/>.</summary>
    /// <returns>False where the browser's stream ended inside it.</returns>
    private bool PassRequest(byte[] piece, HeadScanner scanner, int length)
    {
        var (broker, number) = _current.Take();
        scanner.Reset();
        var filled = sizeof(int);
        var left = length;
        var isSent = true;
        do
        {
            var part = ReadSome(piece.AsSpan(filled, Math.Min(left, piece.Length - filled)), atLeast: Math.Min(left, 1));
            if (part == 0 && left > 0)
            {
                return false;
            }

            scanner.Scan(piece.AsSpan(filled, part));
            left -= part;
            if (left == 0)
            {
                // Counted as open before its last byte can be answered.
                _open.Add(new OpenRequest(scanner.ReadId(), scanner.IsLater), number);
            }

            isSent = isSent && TryWrite(broker, piece.AsSpan(0, filled + part));
            filled = 0;
        }
        while (left > 0);

        if (!isSent)
        {
            Abandon(number);
        }

        return true;
    }

    private static bool TryWrite(Stream broker, ReadOnlySpan<byte> bytes)
    {
        try
        {
            broker.Write(bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private int ReadSome(Span<byte> buffer, int atLeast)
        => atLeast == 0 ? 0 : input.ReadAtLeast(buffer, atLeast, throwOnEndOfStream: false);
}
