using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>
/// A generation on its way to its caller. It belongs to the host and not to the port that asked for it: when the port is lost it goes
/// on for a grace time, and another port of the caller's can take the rest.
/// </summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class GenerationStream(GenerationStreams owner, RunningGeneration running, Turn turn, DateTimeOffset startedAt) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Journal _journal = new();
    private readonly TaskCompletionSource<Reply<GenerationPayload>> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _readers;
    private StreamState _state = StreamState.Queued;
    private int? _position;
    private int _tokenCount;
    private TimeSpan _decoding;
    private OpenWork.Item? _abandoned;
    private ITimer? _expiry;
    private int _expiryNumber;
    private bool _isExpired;
    private DateTimeOffset? _expires;

    /// <summary>Its name on the wire: 16 hexadecimal digits.</summary>
    public string Id { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    public Caller Caller => running.Caller;

    /// <summary>What computes it.</summary>
    public string Engine => running.Model.Host.Card.Engine;

    /// <summary>Whether it has ended, and is only kept.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return IsOver;
            }
        }
    }

    public DateTimeOffset StartedAt { get; } = startedAt;

    private bool IsOver => _state is StreamState.Finished or StreamState.Failed;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => running.Ended;

    /// <summary>Its place among the streams that have ended.</summary>
    public long EndNumber { get; set; }

    /// <summary>Asks it to end early; changes nothing once it has ended.</summary>
    public void Stop()
    {
        _journal.LiftBound();
        running.Stop();
    }

    /// <summary>What its caller is told of it in a list.</summary>
    public StreamView View()
    {
        lock (_gate)
        {
            return new StreamView(
                Id,
                running.Id,
                running.Model.Path,
                _state,
                _state == StreamState.Queued ? _position : null,
                _readers > 0,
                _journal.LastSeq,
                _tokenCount,
                _tokenCount > 1 && _decoding > TimeSpan.Zero ? (_tokenCount - 1) / _decoding.TotalSeconds : null,
                StartedAt.ToUnixTimeSeconds(),
                _expires?.ToUnixTimeSeconds());
        }
    }

    /// <summary>Generates, whoever listens. Ends with the answer or its failure in the stream, and never throws.</summary>
    public async Task RunAsync(GenerationRequest request)
    {
        var state = StreamState.Failed;
        try
        {
            var result = await WaitAsync() ? await GenerateAsync(request) : GenerationResult.Unbegun;
            running.Model.LastGeneration = result;
            var payload = GenerationPayload.Of(running.Model.Path, result, Id, _journal.LastSeq);
            _final.SetResult(new Reply<GenerationPayload>
            {
                Type = result.Stop == StopReason.Stopped ? "generationStopped" : "generationComplete",
                Payload = payload,
            });
            state = StreamState.Finished;
            owner.Count(this, result, payload.StopReason);
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to whoever listens.
        catch (Exception e)
#pragma warning restore CA1031
        {
            owner.Count(this, _tokenCount);
            _final.SetException(e);

            // Perhaps nobody listens, and that is no fault.
            _ = _final.Task.Exception;
        }

        // Before its client knows that it ended: then the model is free for what it asks next.
        turn.Dispose();
        running.Dispose();
        OpenWork.Item? reachable;
        lock (_gate)
        {
            _state = state;
            (reachable, _abandoned) = (_abandoned, null);
            ExpireAfterGrace();
        }

        // Outside the gate: a stop that is under way holds it, and comes here.
        reachable?.Dispose();
        _journal.Complete();
        owner.Ended(this);
    }

    /// <summary>Sends a client what it does not have yet, and waits for the end. Whoever listened before is told that it was taken over.</summary>
    /// <param name="after">Number of the last event that the client has; 0 for none.</param>
    /// <param name="lost">Cancelled when the client is gone; the stream then waits for another.</param>
    /// <returns>The final frame.</returns>
    public async Task<Reply<GenerationPayload>> DeliverAsync(Exchange exchange, long after, CancellationToken lost)
    {
        Attach();
        JournalReader reader;
        try
        {
            reader = _journal.ReadAfter(after);
        }
        catch
        {
            Detach();
            throw;
        }

        try
        {
            await using var stop = exchange.Stopping.UnsafeRegister(static stream => ((GenerationStream)stream!).Stop(), this);
            await using var leave = lost.UnsafeRegister(static reader => ((JournalReader)reader!).Leave(), reader);
            while (await reader.WaitAsync())
            {
                while (reader.TryTake(out var seq, out var entry))
                {
                    await exchange.SendAsync(UpdateEncoder.TypeOf(entry.Kind), new StreamUpdate(Id, seq, entry), UpdateEncoder.Write, lost);
                }
            }

            return await _final.Task;
        }
        finally
        {
            reader.Leave();
            Detach();
        }
    }

    /// <summary>Only when nothing can find it any more.</summary>
    public void Dispose()
    {
        OpenWork.Item? reachable;
        lock (_gate)
        {
            _expiry?.Dispose();
            (reachable, _abandoned) = (_abandoned, null);
        }

        reachable?.Dispose();
    }

    /// <summary>Waits for its turn, and tells its place in the queue.</summary>
    /// <returns>False where it was stopped before.</returns>
    private async Task<bool> WaitAsync()
    {
        try
        {
            while (await turn.NextAsync(running.Stopping) is { } position)
            {
                lock (_gate)
                {
                    _position = position;
                }

                await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Queued, QueuePosition: position));
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        // Those before it in the queue may have used them up.
        owner.CheckLimits(Caller);
        lock (_gate)
        {
            _state = StreamState.Running;
        }

        return true;
    }

    private async Task<GenerationResult> GenerateAsync(GenerationRequest request)
    {
        var firstText = 0L;
        await foreach (var step in running.Model.Host.GenerateAsync(request, running.Stopping).WithCancellation(CancellationToken.None))
        {
            switch (step.Kind)
            {
                case GenerationEventKind.Prefill:
                    await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Prefill, Prefill: step.Prefill));
                    break;

                case GenerationEventKind.Text:
                    firstText = firstText == 0 ? TimeProvider.System.GetTimestamp() : firstText;
                    var elapsed = TimeProvider.System.GetElapsedTime(firstText);
                    lock (_gate)
                    {
                        (_tokenCount, _decoding) = (step.TokenCount, elapsed);
                    }

                    await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Text, step.Text, step.TokenCount, elapsed));
                    break;

                default:
                    return step.Result!;
            }
        }

        throw new InvalidOperationException("A generation ends with its result.");
    }

    private void Attach()
    {
        OpenWork.Item? reachable;
        lock (_gate)
        {
            if (_isExpired)
            {
                throw GenerationStreams.NotFound(Id);
            }

            _readers++;
            (reachable, _abandoned) = (_abandoned, null);
            if (!IsOver)
            {
                _expiry?.Dispose();
                (_expiry, _expires) = (null, null);
                _expiryNumber++;
            }
        }

        reachable?.Dispose();
    }

    private void Detach()
    {
        lock (_gate)
        {
            if (--_readers > 0 || IsOver)
            {
                return;
            }

            ExpireAfterGrace();
        }

        // A stop of its caller's must still reach it. Outside the gate, because one may come at once.
        var reachable = owner.Abandon(this, running.Id);
        lock (_gate)
        {
            if (_readers == 0 && !IsOver)
            {
                (reachable, _abandoned) = (_abandoned, reachable);
            }
        }

        reachable?.Dispose();
    }

    private void ExpireAfterGrace()
    {
        _expiry?.Dispose();
        var number = ++_expiryNumber;
        (_expiry, _expires) = owner.StartTimer(() => Expire(number));
    }

    /// <summary>Ends it where it runs, and lets it be forgotten; not where somebody has come back meanwhile.</summary>
    private void Expire(int number)
    {
        lock (_gate)
        {
            if (number != _expiryNumber)
            {
                return;
            }

            _isExpired = true;
        }

        Stop();
        owner.Forget(this);
    }
}
