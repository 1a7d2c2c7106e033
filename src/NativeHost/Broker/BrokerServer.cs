using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text.Json;
using NativeHost.Broker.Connecting;
using NativeHost.Framing;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Broker;

/// <summary>One process for each user that serves all browsers: it owns what must outlive a port.</summary>
/// <param name="composition">The host that all connections share.</param>
/// <param name="idleTime">After this time without a connection and without a model it ends.</param>
internal sealed class BrokerServer(
    BrokerListener listener, Composition composition, BrokerControl control, HostLog log, TimeProvider time, TimeSpan idleTime)
{
    /// <summary>How long a peer may take to say who it is.</summary>
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(5);

    /// <summary>Most that may be about to say who they are, beside those that are served.</summary>
    private const int MaxGreeted = 16;

    private readonly ConnectionPlaces _places = new();
    private readonly ConcurrentDictionary<Connection, Task> _serving = new();
    private int _open;

    /// <summary>Serves until it is told to end, has been idle for long, or a newer version wants its place.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, control.Stopping);
        var idle = EndWhenIdleAsync(ending);
        try
        {
            while (true)
            {
                var stream = await listener.AcceptAsync(ending.Token);
                if (Interlocked.Increment(ref _open) > ConnectionPlaces.Most + MaxGreeted)
                {
                    Interlocked.Decrement(ref _open);
                    log.TooManyConnections(ConnectionPlaces.Most + MaxGreeted);
                    await stream.DisposeAsync();
                    continue;
                }

                // With a thread of its own, which waits for the connection's bytes.
                _ = Task.Factory.StartNew(
                    () => CountedAsync(stream, ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // From here on nobody connects; those who come find no socket, and start another broker.
            listener.Dispose();
        }

        await idle;
        await Task.WhenAll(_serving.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CountedAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(stream, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using (stream)
        {
            var input = PipeReader.Create(stream);
            using var writer = new FrameWriter(stream, WireFormat.Frames);
            var hello = await GreetAsync(input, writer, cancellationToken);
            if (hello is null)
            {
                return;
            }

            var caller = hello.Kind == Handshake.Extension ? new Caller(CallerKind.Extension, hello.Origin) : Caller.Local;
            var connection = new Connection(caller, hello.Pid, hello.Version, time.GetUtcNow());
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _serving[connection] = ended.Task;
            control.Add(connection);
            log.Connected(caller.Kind, hello.Pid, hello.Version);
            try
            {
                await composition.ServeAsync(new FrameReader(input), writer, caller, EndOfInput.Cancels, cancellationToken);
            }
            catch (Exception e) when (e is IOException or FramingException or OperationCanceledException)
            {
                // The peer is gone, or has been told; the session has logged why.
            }
            finally
            {
                _places.GiveBack(hello);
                control.Remove(connection);
                _serving.TryRemove(connection, out _);
                ended.SetResult();
                log.Disconnected(hello.Pid);
            }
        }
    }

    /// <summary>Hears who connects and answers.</summary>
    /// <returns>Who it is, with a place to give back; null where the connection is not to be served.</returns>
    private async Task<Hello?> GreetAsync(PipeReader input, FrameWriter writer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(HandshakePatience, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        Hello? placed = null;
        try
        {
            var reader = new FrameReader(input, Handshake.MaxBytes);
            if (await reader.ReadAsync(patience.Token) is not { } frame)
            {
                return null;
            }

            var hello = Read(frame);
            reader.Release();
            var answer = AnswerTo(hello);
            if (answer.Status == Handshake.Welcome)
            {
                placed = hello;
            }

            await writer.WriteAsync(
                answer, static (json, answer) => JsonSerializer.Serialize(json, answer, HandshakeJson.Default.Answer), patience.Token);
            if (answer.Status == Handshake.Leaving)
            {
                log.MakingWay(hello.Version);
                control.Stop();
            }

            if (answer.Code is { } code)
            {
                log.ConnectionRefused(hello.Pid, code);
            }

            return placed;
        }
        catch (Exception e) when (e is IOException or FramingException or JsonException or OperationCanceledException)
        {
            log.HandshakeFailed(e.GetType().Name);
            if (placed is not null)
            {
                _places.GiveBack(placed);
            }

            return null;
        }
    }

    private static Hello Read(System.Buffers.ReadOnlySequence<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        var hello = JsonSerializer.Deserialize(ref reader, HandshakeJson.Default.Hello) ?? throw new JsonException("null");
        return hello.Kind is Handshake.Extension or Handshake.Local && Version.TryParse(hello.Version, out _)
            ? hello
            : throw new JsonException("kind or version");
    }

    /// <returns>A welcome where it has a place, which is to be given back.</returns>
    private Answer AnswerTo(Hello hello)
    {
        var theirs = Version.Parse(hello.Version);
        var ours = Version.Parse(HostVersion.Text);
        var isNewer = hello.Protocol > Handshake.Protocol || (hello.Protocol == Handshake.Protocol && theirs > ours);
        var isOlder = hello.Protocol < Handshake.Protocol || (hello.Protocol == Handshake.Protocol && theirs < ours);
        if (isNewer && control.IsIdle && composition.IsIdle)
        {
            return AnswerOf(Handshake.Leaving);
        }

        return (isOlder, isNewer && hello.Protocol != Handshake.Protocol) switch
        {
            (true, _) => AnswerOf(
                Handshake.Refused,
                "upgrade_required",
                $"The host was updated to {HostVersion.Text} while this port was open, or an older one ({hello.Version}) is still registered. Connect again; if that does not help, run: tabagent register"),
            (_, true) => AnswerOf(
                Handshake.Refused,
                "upgrade_required",
                $"An older host ({HostVersion.Text}) is still at work. Try again when it is done, or end it: tabagent stop"),
            _ when _places.TryTake(hello) is { } problem => AnswerOf(Handshake.Refused, "too_many_requests", problem),
            _ => AnswerOf(Handshake.Welcome),
        };
    }

    private static Answer AnswerOf(string status, string? code = null, string? message = null)
        => new(status, HostVersion.Text, Environment.ProcessId, code, message);

    private async Task EndWhenIdleAsync(CancellationTokenSource ending)
    {
        var look = TimeSpan.FromTicks(Math.Clamp(idleTime.Ticks / 4, TimeSpan.TicksPerMillisecond * 20, TimeSpan.TicksPerSecond * 5));
        var emptySince = time.GetTimestamp();
        try
        {
            // Connections may be shorter than the time between two looks, so their end counts; models come and go with connections.
            while (control.IdleTime < idleTime || time.GetElapsedTime(emptySince) < idleTime)
            {
                await Task.Delay(look, time, ending.Token);
                emptySince = composition.IsIdle ? emptySince : time.GetTimestamp();
            }

            log.IdleForLong();
            await ending.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // It ends for another reason.
        }
    }
}
