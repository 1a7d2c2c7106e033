using NativeHost.Actions.Broker;
using NativeHost.Actions.Models;
using NativeHost.Conversations;
using NativeHost.Inference.Generation;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Pages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Streams;

/// <summary>The streams that run, and those that are kept for a caller to come back to.</summary>
/// <remarks>Safe to call from any thread.</remarks>
/// <param name="grace">
/// How long a stream that nobody listens to goes on, and how long one that has ended is kept. Zero where no other port could ask for it.
/// </param>
internal sealed class GenerationStreams(
    ModelShelf shelf, GenerationTurns turns, OpenWork work, HostLog log, TimeProvider time, TimeSpan grace) : IAsyncDisposable
{
    /// <summary>Ended streams kept for one extension, whatever its namespaces; those that ended first go first.</summary>
    private const int MostEnded = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, GenerationStream> _streams = new(StringComparer.Ordinal);
    private long _ended;

    /// <summary>Whether no stream runs or is kept.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count == 0;
            }
        }
    }

    /// <summary>Begins a generation, to which its caller is attached: it may end before another line of the caller's is run.</summary>
    /// <param name="record">Begins to store the answer, once there is a place for it; null where it is not to be stored.</param>
    /// <param name="history">Stored messages that are in its prompt; null where it is not made of them.</param>
    /// <param name="question">The question about pages that it answers; null where it is about none.</param>
    /// <param name="dialogue">The conversation that may be shortened; null where it may not, or there is none. Where this throws, it is still the caller's.</param>
    /// <exception cref="RequestException">The model was unloaded meanwhile, or the caller has too much under way.</exception>
    public GenerationStream Start(
        LoadedModel model,
        GenerationRequest request,
        Exchange exchange,
        Func<AnswerRecord>? record = null,
        int? history = null,
        PageQuestion? question = null,
        DialogueTurn? dialogue = null)
    {
#pragma warning disable CA2000 // The stream's run disposes of them.
        var running = shelf.Begin(model, exchange.Caller, exchange.Id);
        Turn? turn = null;
        GenerationStream stream;
        try
        {
            turn = turns.Ask(exchange.Caller, model.Path, model.Host.Card.GenerationsAtOnce);
            stream = new GenerationStream(this, running, turn, time.GetUtcNow(), record?.Invoke(), history, question, dialogue);
        }
        catch
        {
            turn?.Dispose();
            running.Dispose();
            throw;
        }
#pragma warning restore CA2000

        lock (_gate)
        {
            _streams.Add(stream.Id, stream);
        }

        stream.Attach();
        _ = Task.Run(() => stream.RunAsync(request));
        return stream;
    }

    /// <exception cref="RequestException">The caller has no such stream.</exception>
    public GenerationStream Find(Caller caller, string id)
    {
        lock (_gate)
        {
            return _streams.GetValueOrDefault(id) is { } stream && stream.Caller == caller
                ? stream
                : throw NotFound(id);
        }
    }

    public static RequestException NotFound(string id)
        => new(ErrorCode.StreamNotFound, $"There is no stream {id}: it was never there, or it ended and was not kept any longer.");

    /// <exception cref="RequestException">The caller has used the tokens that it may.</exception>
    public void CheckLimits(Caller caller) => turns.CheckTokens(caller);

    /// <summary>A caller's streams, in order of their start.</summary>
    public IReadOnlyList<StreamView> ViewOf(Caller caller)
    {
        lock (_gate)
        {
            return [.. _streams.Values.Where(stream => stream.Caller == caller).OrderBy(stream => stream.StartedAt).Select(stream => stream.View())];
        }
    }

    /// <summary>All streams, in order of their start.</summary>
    public IReadOnlyList<CallerStreamView> View()
    {
        lock (_gate)
        {
            return [.. _streams.Values.OrderBy(stream => stream.StartedAt).Select(stream => new CallerStreamView(stream.Caller.Origin, stream.View()))];
        }
    }

    /// <summary>Stops what runs, and forgets all.</summary>
    public async ValueTask DisposeAsync()
    {
        GenerationStream[] streams;
        lock (_gate)
        {
            streams = [.. _streams.Values];
        }

        foreach (var stream in streams)
        {
            stream.Stop();
            await stream.Ended;
            Forget(stream);
        }
    }

    /// <summary>Counts what a generation that failed has used.</summary>
    internal void Count(GenerationStream stream, int tokens) => turns.Spend(stream.Caller, tokens);

    internal void Count(GenerationStream stream, GenerationResult result, string stopReason)
    {
        turns.Spend(stream.Caller, result.PromptTokens - result.CachedTokens + result.Tokens.Count);
        log.Generated(result.PromptTokens, result.CachedTokens, result.Tokens.Count, GenerationFigures.Of(result).TokensPerSecond, stopReason);
    }

    /// <summary>Lets a stop of its caller's reach a stream whose request is gone.</summary>
    internal OpenWork.Item Abandon(GenerationStream stream, RequestId? id)
    {
        if (grace > TimeSpan.Zero)
        {
            log.StreamAbandoned(stream.Id);
        }

        var item = work.Add(stream.Caller, id, Stoppable.Always);
        item.Stopping.UnsafeRegister(static stream => ((GenerationStream)stream!).Stop(), stream);
        return item;
    }

    /// <summary>Starts the grace time.</summary>
    internal (ITimer Timer, DateTimeOffset Expires) StartTimer(Action over)
        => (time.CreateTimer(_ => over(), null, grace, Timeout.InfiniteTimeSpan), time.GetUtcNow() + grace);

    /// <summary>Keeps no more ended streams than one caller may have.</summary>
    internal void Ended(GenerationStream stream)
    {
        GenerationStream? oldest;
        lock (_gate)
        {
            stream.EndNumber = ++_ended;
            var owner = stream.Caller.WithoutNamespace;
            GenerationStream[] ended = [.. _streams.Values.Where(other => other.Caller.WithoutNamespace == owner && other.EndNumber > 0)];
            oldest = ended.Length > MostEnded ? ended.MinBy(other => other.EndNumber) : null;
        }

        if (oldest is not null)
        {
            Forget(oldest);
        }
    }

    internal void Forget(GenerationStream stream)
    {
        lock (_gate)
        {
            _streams.Remove(stream.Id);
        }

        stream.Dispose();
    }
}
