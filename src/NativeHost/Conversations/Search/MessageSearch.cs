using System.Threading.Channels;
using NativeHost.Hardware;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Logging;
using NativeHost.Search;
using NativeHost.Search.Texts;
using NativeHost.Storage;

namespace NativeHost.Conversations.Search;

/// <summary>How messages are looked for.</summary>
internal enum SearchMode
{
    /// <summary>By words and by meaning.</summary>
    Hybrid,

    /// <summary>By words alone.</summary>
    Text,

    /// <summary>By meaning alone.</summary>
    Semantic,
}

/// <summary>What a search has found.</summary>
/// <param name="Found">The best first.</param>
/// <param name="Mode">How.</param>
/// <param name="Pending">Messages, of those that the filter's owner has, that could not be found by their meaning yet.</param>
/// <param name="Problem">Why it was not by meaning as well; null where it was, or was not to be.</param>
internal sealed record MessageFinding(IReadOnlyList<(IndexedMessage Message, double Score)> Found, SearchMode Mode, int Pending, Exception? Problem);

/// <summary>Finds messages of the store by their words and by their meaning, which it learns in the background.</summary>
/// <remarks>Safe to call from any thread.</remarks>
/// <param name="folder">Where the vectors are kept.</param>
internal sealed class MessageSearch(UserConversations conversations, MessageEmbedder embedder, string folder, HostLog log, TimeProvider time) : IAsyncDisposable
{
    private const int VectorsAtOnce = 64;

    /// <summary>Of each ranking so many are put together.</summary>
    private const int Pool = 200;

    /// <summary>Parts of a message that are found by their meaning: about 25 printed pages. Its words are found behind them as well.</summary>
    private const int MostParts = 64;

    /// <summary>Enough text for so many.</summary>
    private const int MostTextBytes = MostParts * TextChunks.UsualLength * 4;

    /// <summary>After the store is opened, whose first answers do not wait for it.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(3);

    /// <summary>What is written in a moment is learned together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>So long a machine that is busy with an answer is left alone.</summary>
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(30);

    /// <summary>After a failure of the disk or the engine.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _ending = new();
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly MessageIndex _index = new(conversations);
    private Task<MessageVectors>? _attaching;
    private Task _learning = Task.CompletedTask;

    /// <summary>Learns what is new from now on.</summary>
    public void Start() => _learning = Task.Run(LearnAsync);

    /// <summary>Finds messages. Where the model cannot be used, those with the query's words are found all the same, and it is said.</summary>
    /// <param name="count">Most that are wanted.</param>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    /// <exception cref="Exception">They were to be found by their meaning alone, and the model cannot be used.</exception>
    public async Task<MessageFinding> FindAsync(string query, SearchMode mode, int count, MessageFilter filter, CancellationToken cancellationToken)
    {
        Exception? problem = null;
        IReadOnlyList<SearchHit> byMeaning = [];
        var pool = Math.Max(count, Pool);
        await _index.CatchUpAsync(cancellationToken);
        if (mode != SearchMode.Text)
        {
            try
            {
                await AttachAsync(cancellationToken);
                var asked = await embedder.EmbedAsync(new EmbeddingRequest([query], EmbeddingPurpose.Query), cancellationToken);
                byMeaning = _index.ByMeaning(asked.Vector(0).Span, pool, filter);
            }
            catch (Exception e) when (mode != SearchMode.Semantic && IsOfTheModel(e, cancellationToken))
            {
                problem = e;
            }
        }

        var byWords = mode == SearchMode.Semantic ? [] : _index.ByWords(query, pool, filter);
        var found = mode != SearchMode.Hybrid || problem is not null ? byWords.Concat(byMeaning) : ScoreFusion.Fuse(count, byWords, byMeaning);
        return new MessageFinding(
            [.. found.Take(count).Select(hit => (Message: _index.Find(hit.Key)!, hit.Score)).Where(hit => hit.Message is not null)],
            problem is null ? mode : SearchMode.Text,
            _index.PendingOf(filter.Origin),
            problem);
    }

    /// <summary>Finds conversations by the words of their titles and messages.</summary>
    /// <returns>All of them, the best first.</returns>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<FoundConversation>> FindConversationsAsync(string query, ConversationFilter filter, CancellationToken cancellationToken)
    {
        await _index.CatchUpAsync(cancellationToken);
        return _index.Conversations(query, filter);
    }

    /// <summary>Ends learning; what is not learned yet is learned by the next process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _learning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _index.DisposeAsync();
        if (_attaching is { } attaching)
        {
            await ((Task)attaching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attaching.IsCompletedSuccessfully)
            {
                (await attaching).Dispose();
            }
        }

        _ending.Dispose();
    }

    /// <summary>Makes vectors until there is none to make.</summary>
    /// <returns>Whether there was one.</returns>
    internal async Task<bool> LearnAllAsync(CancellationToken cancellationToken)
    {
        var vectors = await AttachAsync(cancellationToken);
        await _index.CatchUpAsync(cancellationToken);
        var learned = false;
        while (vectors.Next(VectorsAtOnce) is { Count: > 0 } wanted)
        {
            await WaitForQuietAsync(cancellationToken);
            await LearnAsync(vectors, wanted, cancellationToken);
            learned = true;
        }

        return learned;
    }

    // A machine that always answers somebody learns slowly, but learns.
    private async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; !embedder.IsQuiet && waited < MostPatience; waited += Pause)
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task LearnAsync(MessageVectors vectors, IReadOnlyList<(string Key, long Position)> wanted, CancellationToken cancellationToken)
    {
        try
        {
            var parts = wanted.Select(one => _index.Find(one.Key) is { } message ? PartsOf(conversations.Open(), message) : []).ToList();
            var made = await EmbedAsync([.. parts.SelectMany(own => own)], cancellationToken);
            var next = 0;
            for (var i = 0; i < wanted.Count; i++)
            {
                vectors.Add(wanted[i].Key, wanted[i].Position, made.GetRange(next, parts[i].Count));
                next += parts[i].Count;
            }
        }
        catch (EngineException) when (wanted.Count > 1)
        {
            foreach (var one in wanted)
            {
                await LearnAsync(vectors, [one], cancellationToken);
            }
        }
        catch (EngineException e)
        {
            // A message that the model fails at is found by its words, and does not keep those behind it from being learned.
            log.MessagesNotLearned(e);
            vectors.Add(wanted[0].Key, wanted[0].Position, []);
        }
    }

    private static List<string> PartsOf(ConversationStore store, IndexedMessage message)
        => store.Messages.Find(new StoreCaller(message.Origin), message.Id, MostTextBytes) is { } stored
            ? [.. TextChunks.Of(stored.Content).Take(MostParts).Select(part => part.Of(stored.Content))]
            : [];

    private async Task<List<ReadOnlyMemory<float>>> EmbedAsync(List<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new List<ReadOnlyMemory<float>>(texts.Count);
        foreach (var batch in texts.Chunk(VectorsAtOnce))
        {
            var made = await embedder.EmbedAsync(new EmbeddingRequest(batch, EmbeddingPurpose.Document), cancellationToken);
            vectors.AddRange(Enumerable.Range(0, batch.Length).Select(made.Vector));
        }

        return vectors;
    }

    /// <summary>The vectors, beside which the index is kept from then on.</summary>
    /// <exception cref="Exception">The model or their file cannot be used; the next call tries again.</exception>
    private Task<MessageVectors> AttachAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_attaching is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _attaching = Task.Run(AttachFirstAsync, CancellationToken.None);
            }

            return _attaching.WaitAsync(cancellationToken);
        }
    }

    // Or of its vectors' file: words are found without either. A model that is unloaded meanwhile cancels what nobody else has cancelled.
    private static bool IsOfTheModel(Exception failure, CancellationToken asked) => !asked.IsCancellationRequested && failure is not StorageException;

    private async Task<MessageVectors> AttachFirstAsync()
    {
        var (name, dimensions) = await embedder.DescribeAsync(_ending.Token);
        var vectors = new MessageVectors(Path.Combine(folder, "vectors.bin"), name, dimensions);
        try
        {
            await _index.AttachAsync(vectors, _ending.Token);
            return vectors;
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    private async Task LearnAsync()
    {
        ConversationStore? store = null;
        var pause = FirstLook;
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var opened = await conversations.Opened.WaitAsync(_ending.Token);
                await Task.Delay(pause, time, _ending.Token);
                pause = Pause;
                if (store is null)
                {
                    store = opened;
                    store.Changes.Changed += () => _changed.Writer.TryWrite(true);
                }

                // A host that nothing was stored with has neither an index nor a model.
                if (store.Changes.Read(after: 0, limit: 1).Changes.Count > 0)
                {
                    if (await LearnAllAsync(_ending.Token) && embedder.IsQuiet)
                    {
                        // The texts and their vectors on their way: tens of megabytes that a host at rest would keep.
                        SpareMemory.GiveBack();
                    }
                }

                await _changed.Reader.ReadAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                // The process ends, or somebody stopped the model.
            }
#pragma warning disable CA1031 // Nobody waits for it; it tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.MessagesNotLearned(e);
                pause = LongPause;
            }
        }
    }
}
