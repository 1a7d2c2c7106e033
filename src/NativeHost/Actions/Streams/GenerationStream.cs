using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Conversations;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Streams;

/// <summary>
/// A generation on its way to its caller. It belongs to the host and not to the port that asked for it: when the port is lost it goes
/// on for a grace time, and another port of the caller's can take the rest.
/// </summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class GenerationStream : IDisposable
{
    private readonly GenerationStreams _owner;
    private readonly RunningGeneration _running;
    private readonly Turn _turn;
    private readonly StreamPresence _presence;
    private readonly AnswerRecord? _record;
    private readonly int? _history;
    private readonly PageQuestion? _question;
    private readonly DialogueTurn? _dialogue;
    private readonly Lock _gate = new();
    private readonly Journal _journal = new();
    private readonly TaskCompletionSource<Reply<GenerationPayload>> _final = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StreamState _state = StreamState.Queued;
    private bool _hasBegun;
    private int? _position;
    private int _tokenCount;
    private TimeSpan _decoding;

    /// <param name="running">Owned from here on, as are <paramref name="turn"/> and <paramref name="record"/>; all end with the run.</param>
    /// <param name="record">Where the answer is stored; null where it is not to be.</param>
    /// <param name="history">Stored messages that are in its prompt; null where it is not made of them.</param>
    /// <param name="question">The question about pages that it answers; null where it is about none.</param>
    /// <param name="dialogue">The conversation that may be shortened; null where it may not, or there is none.</param>
    public GenerationStream(
        GenerationStreams owner,
        RunningGeneration running,
        Turn turn,
        DateTimeOffset startedAt,
        AnswerRecord? record,
        int? history,
        PageQuestion? question,
        DialogueTurn? dialogue)
    {
        (_owner, _running, _turn, StartedAt, _record, _history, _question, _dialogue) = (owner, running, turn, startedAt, record, history, question, dialogue);
        _presence = new StreamPresence(this, owner, running.Id);
    }

    /// <summary>Its name on the wire: 16 hexadecimal digits.</summary>
    public string Id { get; } = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    public Caller Caller => _running.Caller;

    /// <summary>What computes it.</summary>
    public string Engine => _running.Model.Host.Card.Engine;

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

    public DateTimeOffset StartedAt { get; }

    private bool IsOver => _state is StreamState.Finished or StreamState.Failed;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _running.Ended;

    /// <summary>Its place among the streams that have ended.</summary>
    public long EndNumber { get; set; }

    /// <summary>Asks it to end early; changes nothing once it has ended.</summary>
    public void Stop()
    {
        _journal.LiftBound();
        _running.Stop();
    }

    /// <summary>Lets the model answer where it thinks; changes nothing elsewhere.</summary>
    public void AnswerNow() => _running.AnswerNow();

    /// <summary>What its caller is told of it in a list.</summary>
    public StreamView View()
    {
        lock (_gate)
        {
            return new StreamView(
                Id,
                _running.Id,
                _running.Model.Path,
                _state,
                _state == StreamState.Queued ? _position : null,
                _presence.IsAttached,
                _journal.LastSeq,
                _tokenCount,
                _tokenCount > 1 && _decoding > TimeSpan.Zero ? (_tokenCount - 1) / _decoding.TotalSeconds : null,
                StartedAt.ToUnixTimeSeconds(),
                _presence.Expires?.ToUnixTimeSeconds());
        }
    }

    /// <summary>Generates, whoever listens. Ends with the answer or its failure in the stream, and never throws.</summary>
    public async Task RunAsync(GenerationRequest request)
    {
        GenerationResult? result = null;
        Exception? failure = null;
        try
        {
            result = await GenerateInTurnAsync(Owned(request));
            _running.Model.LastGenerations[Caller] = GenerationFigures.Of(result);
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to whoever listens.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        // Before its client knows that it ended: then the model is free for what it asks next. And before the disk has the answer.
        _turn.Dispose();
        var state = End(result, failure);
        _running.Dispose();
        lock (_gate)
        {
            _state = state;
        }

        _presence.End();
        _journal.Complete();
        _owner.Ended(this);
    }

    /// <summary>Counts a client as listening, so that the stream does not expire before <see cref="DeliverAsync"/>, which has to follow.</summary>
    /// <exception cref="RequestException">The stream's time is over.</exception>
    public void Attach() => _presence.Attach();

    /// <summary>Lets an attached client go that never got anything, and ends what it asked for.</summary>
    public void Abandon()
    {
        Stop();
        _presence.Detach();
    }

    /// <summary>
    /// Sends an attached client what it does not have yet, and waits for the end. Whoever listened before is told that it was taken over.
    /// </summary>
    /// <param name="after">Number of the last event that the client has; 0 for none.</param>
    /// <param name="encoding">How it is put.</param>
    /// <param name="lost">Cancelled when the client is gone; the stream then waits for another.</param>
    /// <returns>The final frame.</returns>
    public async Task<Reply<GenerationPayload>> DeliverAsync(Exchange exchange, long after, StreamEncoding encoding, CancellationToken lost)
    {
        JournalReader reader;
        try
        {
            reader = _journal.ReadAfter(after);
        }
        catch
        {
            _presence.Detach();
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
                    if (encoding.TypeOf(entry.Kind) is { } type)
                    {
                        await exchange.SendAsync(type, new StreamUpdate(Id, seq, entry), encoding.Write, lost);
                    }
                }
            }

            return await _final.Task;
        }
        finally
        {
            reader.Leave();
            _presence.Detach();
        }
    }

    /// <summary>Only when nothing can find it any more.</summary>
    public void Dispose() => _presence.Dispose();

    /// <summary>Gives the stream its one final frame, whatever goes wrong with what it says: or nobody who waits for it would hear of the end.</summary>
    /// <param name="failure">Why there is no result; null where there is one.</param>
    private StreamState End(GenerationResult? result, Exception? failure)
    {
        try
        {
            if (result is not null)
            {
                _dialogue?.End(result);
                _final.SetResult(FinalOf(result));
                return StreamState.Finished;
            }

            _dialogue?.Fail();
            _record?.Fail(failure!, _tokenCount);
            _owner.Count(this, _tokenCount);
        }
#pragma warning disable CA1031 // It is what the client is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure ??= e;
        }

        _final.SetException(failure!);

        // Perhaps nobody listens, and that is no fault.
        _ = _final.Task.Exception;
        return StreamState.Failed;
    }

    private Reply<GenerationPayload> FinalOf(GenerationResult result)
    {
        var payload = _question is null
            ? GenerationPayload.Of(_running.Model.Path, result, Id, _journal.LastSeq).With(_record?.End(result), _history)
            : _question.Complete(GenerationPayload.Of(_running.Model.Path, result, Id, _journal.LastSeq, PageQuestion.MostOutputBytes), result);
        _owner.Count(this, result, payload.StopReason);
        return new Reply<GenerationPayload>
        {
            Type = result.Stop == StopReason.Stopped ? "generationStopped" : "generationComplete",
            Payload = payload,
        };
    }

    private async Task<GenerationResult> GenerateInTurnAsync(GenerationRequest request)
    {
        try
        {
            await WaitForTurnAsync();
            return await GenerateFittingAsync(request);
        }
        catch (OperationCanceledException) when (_running.Stopping.IsCancellationRequested)
        {
            // Stopped before its first token: in the queue, or while a model that had crashed was on its way back.
            return GenerationResult.Unbegun;
        }
    }

    /// <summary>Waits for its turn, and tells its place in the queue.</summary>
    private async Task WaitForTurnAsync()
    {
        while (await _turn.NextAsync(_running.Stopping) is { } position)
        {
            lock (_gate)
            {
                _position = position;
            }

            await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Queued, QueuePosition: position));
        }

        // Those before it in the queue may have used them up.
        _owner.CheckLimits(Caller);
        lock (_gate)
        {
            _state = StreamState.Running;
        }
    }

    /// <summary>Generates; the model is shown as much of pages, and of a conversation that may be shortened, as fits, which it alone can tell.</summary>
    private async Task<GenerationResult> GenerateFittingAsync(GenerationRequest request)
    {
        GenerationResult? before = null;
        while (true)
        {
            try
            {
                var result = await GenerateAsync(request, before?.Tokens.Count ?? 0);
                result = before?.With(result) ?? result;
                if (result.Stop != StopReason.ContextFull || _dialogue?.TryContinue(result) != true)
                {
                    return result;
                }

                before = result;
                request = await ShortenedAsync();
            }
            catch (ContextFullException e) when (_question is not null && !_hasBegun && _question.TryShorten(e))
            {
                request = Owned(_question.Request);
            }
            catch (ContextFullException e) when (_dialogue?.TryShorten(e) == true)
            {
                request = await ShortenedAsync();
            }
            catch (ContextFullException) when (before is not null)
            {
                // What there is of the answer does not leave room for more.
                return before;
            }
        }
    }

    // What is not stored is not to be found on the disk in another form either.
    private GenerationRequest Owned(GenerationRequest request) => request with { Owner = Caller.Key, IsPrivate = _record is not { IsStored: true } };

    private async Task<GenerationRequest> ShortenedAsync()
    {
        await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Overflow, Overflow: new DroppedMessages(_dialogue!.Dropped, _dialogue.Kept)));
        return Owned(_dialogue.Request);
    }

    /// <param name="tokensBefore">Tokens that the answer has already.</param>
    private async Task<GenerationResult> GenerateAsync(GenerationRequest request, int tokensBefore)
    {
        var firstText = 0L;
        await foreach (var step in _running.Model.Host.GenerateAsync(request, _running.Stopping, _running.Answering).WithCancellation(CancellationToken.None))
        {
            if (!_hasBegun && _question is not null)
            {
                await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Sources, _question.SourcesJson()));
            }

            _hasBegun = true;
            switch (step.Kind)
            {
                case GenerationEventKind.Prefill:
                    await _journal.AppendAsync(new JournalEntry(JournalEntryKind.Prefill, Prefill: step.Prefill));
                    break;

                case GenerationEventKind.Completed:
                    return step.Result!;

                default:
                    firstText = firstText == 0 ? TimeProvider.System.GetTimestamp() : firstText;
                    await AppendAsync(tokensBefore == 0 ? step : step with { TokenCount = step.TokenCount + tokensBefore }, TimeProvider.System.GetElapsedTime(firstText));
                    break;
            }
        }

        throw new InvalidOperationException("A generation ends with its result.");
    }

    /// <summary>Takes a part of the answer into the stream, and into the conversation.</summary>
    private ValueTask AppendAsync(in GenerationEvent step, TimeSpan elapsed)
    {
        lock (_gate)
        {
            (_tokenCount, _decoding) = (step.TokenCount, elapsed);
        }

        switch (step.Kind)
        {
            case GenerationEventKind.Text:
                _record?.Append(step.Text.Span);
                break;
            case GenerationEventKind.Reasoning:
                _record?.AppendReasoning(step.Text.Span);
                break;
        }

        var kind = step.Kind switch
        {
            GenerationEventKind.Text => JournalEntryKind.Text,
            GenerationEventKind.Reasoning => JournalEntryKind.Reasoning,
            GenerationEventKind.ToolCall => JournalEntryKind.ToolCall,
            GenerationEventKind.ToolArguments => JournalEntryKind.ToolArguments,
            GenerationEventKind.LogProbs => JournalEntryKind.LogProbs,
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "No part of an answer."),
        };
        return _journal.AppendAsync(new JournalEntry(kind, step.Text, step.TokenCount, elapsed, CallIndex: step.CallIndex, Call: step.Call));
    }
}
