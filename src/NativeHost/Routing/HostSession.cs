using System.Buffers;
using NativeHost.Framing;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Routing.Later;

namespace NativeHost.Routing;

/// <summary>What the end of a session's input means.</summary>
internal enum EndOfInput
{
    /// <summary>The client is gone: what runs is cancelled.</summary>
    Cancels,

    /// <summary>The client has said all: what was accepted is finished.</summary>
    Finishes,
}

/// <summary>Serves one client, from its first message to the end of its stream.</summary>
/// <remarks>
/// The reader never awaits a handler, so that <c>stop_generation</c> is read while tokens flow. Requests without an id are
/// answered in order of arrival, as clients that match answers by order expect; requests with one overtake. Every request
/// gets one final frame, whatever fails; only a lost frame boundary or a lost peer ends the session.
/// </remarks>
/// <param name="answersAtOnce">Whether the thread that reads may write: whether a client that does not read holds no thread.</param>
internal sealed class HostSession(
    IMessageReader reader,
    FrameWriter writer,
    Caller caller,
    IEnumerable<Route> routes,
    OpenWork work,
    OpenPorts ports,
    HostLog log,
    bool answersAtOnce) : IDisposable
{
    /// <summary>Most requests open at once; what comes above it is refused, stops excepted.</summary>
    private const int MaxOpenRequests = 1024;

    /// <summary>Most answers under way, refusals included: above it, a client that does not read is not read either.</summary>
    private const int MaxAnswers = 4 * MaxOpenRequests;

    /// <summary>How long a client that is lost is given to read, and what was cancelled to end.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Route> _routes = routes.ToDictionary(route => route.Action);
    private readonly OpenPorts.Port _port = ports.Add(writer);
    private readonly SemaphoreSlim _room = new(MaxAnswers, MaxAnswers);
    private readonly OpenIds _openIds = new();
    private readonly CountdownEvent _open = new(1);
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _ordered = Task.CompletedTask;
    private Task _modelChanges = Task.CompletedTask;

    /// <summary>Reads until the stream ends, then finishes or cancels what still runs, and waits for it.</summary>
    /// <exception cref="FramingException">The peer broke the framing; it has been told.</exception>
    /// <exception cref="IOException">The peer is gone.</exception>
    public async Task RunAsync(EndOfInput endOfInput, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var cancels = true;
        try
        {
            while (await reader.ReadAsync(cancellationToken) is { } message)
            {
                WaitForRoom(cancellationToken);
                Accept(message, ending.Token);
                reader.Release();
            }

            cancels = endOfInput == EndOfInput.Cancels;
        }
        catch (FramingException e)
        {
            log.FrameBoundaryLost(e.Message);
            // A client that has lost the thread may not read either; it must not hold the process.
            var telling = Task.Run(() => SendErrorAsync(new FinalFrame(writer, id: null), e, type: null), CancellationToken.None);
            await telling.WaitAsync(LastWait, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        finally
        {
            if (cancels)
            {
                await ending.CancelAsync();
            }

            if (_open.Signal())
            {
                _allDone.TrySetResult();
            }

            if (cancels)
            {
                // A handler may be stuck in a write that nobody reads any more; it must not hold the process.
                await _allDone.Task.WaitAsync(LastWait, CancellationToken.None)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                await _allDone.Task;
            }
        }
    }

    public void Dispose()
    {
        _port.Dispose();
        _open.Dispose();
        _room.Dispose();
    }

    /// <summary>Holds the thread, as the reads of a broker's connections do: nothing else is to be done on it.</summary>
    private void WaitForRoom(CancellationToken cancellationToken) => _room.Wait(cancellationToken);

    private void Accept(ReadOnlySequence<byte> message, CancellationToken cancellationToken)
    {
        byte[]? rented = null;
        try
        {
            var json = message.FirstSpan;
            if (!message.IsSingleSegment)
            {
                rented = ArrayPool<byte>.Shared.Rent((int)message.Length);
                message.CopyTo(rented);
                json = rented.AsSpan(0, (int)message.Length);
            }

            Accept(json, cancellationToken);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private void Accept(ReadOnlySpan<byte> json, CancellationToken cancellationToken)
    {
        var head = MessageHead.Unreadable;
        Route? route = null;
        Call call;
        IdLease? lease = null;
        LaterEnvelope? later = null;
        try
        {
            head = MessageHead.Parse(json);
            later = head.Route is null ? null : new LaterEnvelope(head);
            lease = _openIds.Take(head.Id);
            if (head.Fault is { } fault)
            {
                throw fault;
            }

            if (later is not null)
            {
                (var action, json) = later.Translate(json);

                // It has one answer to a request, and nothing before it.
                head = head with { Action = action, WantsEvents = false };
            }

            route = _routes.GetValueOrDefault(head.Action)
                ?? throw new RequestException(ErrorCode.UnknownAction, $"Unknown action: {head.Action}");
            work.CheckRoom(caller, json.Length);
            call = route.Bind(json);
            if (route.Lane != Lane.Urgent && MaxAnswers - _room.CurrentCount > MaxOpenRequests)
            {
                throw new RequestException(
                    ErrorCode.TooManyRequests, $"Too many requests: {MaxOpenRequests} of this port are open. Wait for some of them.");
            }
        }
#pragma warning disable CA1031 // Whatever is wrong with a message, it is answered, and the next one is read.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // An id that is open belongs to the other request, so this answer must not carry it.
            head = e is RequestException { DuplicateOf: not null } ? head with { Id = null } : head;
            later = later is null ? null : new LaterEnvelope(head);
            var failure = e;
            call = (_, _, _) => throw failure;
        }

#pragma warning disable CA2000 // It ends with the request, where that is answered.
        var item = work.Add(caller.Within(head.Namespace), head.Id, route?.Stoppable ?? Stoppable.Never, _port, route is null ? 0 : json.Length);
#pragma warning restore CA2000
        Start(new OpenRequest(head, route, call, lease, new FinalFrame(writer, head.Id, lease, later), item), cancellationToken);
    }

    private void Start(OpenRequest request, CancellationToken cancellationToken)
    {
        _open.AddCount();
        var lane = request.Route?.Lane ?? Lane.Free;
        var inOrder = request.Head.Id is null && lane != Lane.Urgent;
        var before = Task.WhenAll(
            inOrder ? _ordered : Task.CompletedTask,
            lane is Lane.ModelChange or Lane.ModelUse ? _modelChanges : Task.CompletedTask);
        var work = answersAtOnce && lane == Lane.Quick
            ? ServeAsync(before, request, cancellationToken)
            : Task.Run(() => ServeAsync(before, request, cancellationToken), CancellationToken.None);
        _ordered = inOrder ? work : _ordered;
        _modelChanges = lane == Lane.ModelChange ? work : _modelChanges;
    }

    private async Task ServeAsync(Task before, OpenRequest request, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var head = request.Head;
        try
        {
            await request.Call(new Exchange(writer, request.Work.Caller, head.Id, head.WantsEvents, _port, request.Work.Stopping), request.Final, cancellationToken);
            log.Answered(head.Action, TimeProvider.System.GetElapsedTime(started));
            if (head.WantsEvents)
            {
                _port.Answered(request.Work.Caller);
            }
        }
#pragma warning disable CA1031 // The one place where a failure of any kind becomes an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await AnswerFailureAsync(request, e);
        }
        finally
        {
            request.Work.Dispose();
            request.Lease?.Dispose();
            _room.Release();
            if (_open.Signal())
            {
                _allDone.TrySetResult();
            }
        }
    }

    private async Task AnswerFailureAsync(OpenRequest request, Exception failure)
    {
        var action = request.Head.Action;
        if (failure is PeerGoneException)
        {
            log.PeerGone(action);
            return;
        }

        await SendErrorAsync(request.Final, failure, request.Route?.ErrorType);
        log.Failed(action, failure);
    }

    private async Task SendErrorAsync(FinalFrame final, Exception failure, string? type)
    {
        try
        {
            await final.SendAsync(ErrorReplies.Of(failure) with { Type = type }, MessagesJson.Default.ErrorReply);
        }
        catch (PeerGoneException)
        {
            log.PeerGone("error");
        }
    }

    /// <summary>A request that has been read and not been answered.</summary>
    /// <param name="Route">Null where its action has none.</param>
    /// <param name="Lease">Its id, until it is answered; null where it has none of its own.</param>
    /// <param name="Work">What a stop of its caller's reaches.</param>
    private sealed record OpenRequest(
        MessageHead Head, Route? Route, Call Call, IdLease? Lease, FinalFrame Final, OpenWork.Item Work);
}
