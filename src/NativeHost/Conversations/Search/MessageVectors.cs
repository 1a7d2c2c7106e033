using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NativeHost.Search;
using NativeHost.Search.Vectors;

namespace NativeHost.Conversations.Search;

/// <summary>The vectors of messages, made in the background by one model, and kept in a file. A long message has several, one for each of its parts.</summary>
/// <remarks>
/// In the file the first part has the message's key, and the others have it with a number behind it, from 1 on without gaps. The first one is written last and
/// removed first: where it is, all are, whenever the process ended. Safe to call from any thread.
/// </remarks>
/// <param name="path">Of the file; its folder is there.</param>
/// <param name="model">Tells the model from others, such as its name and a hash.</param>
/// <param name="dimensions">Numbers of its vectors.</param>
internal sealed class MessageVectors(string path, string model, int dimensions) : IDisposable
{
    /// <summary>No message's id has it.</summary>
    private const char Separator = '\n';

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, string> _wanted = [];
    private readonly Dictionary<string, long> _wantedAt = new(StringComparer.Ordinal);
    private VectorStore? _store;
    private string? _storeId;

    /// <summary>How many messages there are whose vectors are to be made.</summary>
    /// <param name="counts">Told a message's key, tells whether it counts.</param>
    public int CountWanted(Func<string, bool> counts)
    {
        lock (_gate)
        {
            return _wanted.Values.Count(counts);
        }
    }

    /// <summary>Opens the vectors that belong to a store of messages; those of another one are dropped.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public void Open(string storeId)
    {
        lock (_gate)
        {
            if (_storeId != storeId)
            {
                _store?.Dispose();
                _store = VectorStore.Open(path, dimensions, SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\nparts\n{storeId}")));
                _storeId = storeId;
                _wanted.Clear();
                _wantedAt.Clear();
            }
        }
    }

    /// <summary>Drops what the file has of messages that are not there any more: they went while no process followed.</summary>
    /// <param name="isThere">Told a message's key.</param>
    public void Prune(Func<string, bool> isThere)
    {
        lock (_gate)
        {
            foreach (var key in _store!.Keys().Where(key => !isThere(MessageOf(key))).ToList())
            {
                _store.Remove(key, _store.Position);
            }
        }
    }

    /// <summary>Asks for the vectors of a message as it is now, unless they are there.</summary>
    /// <param name="position">The number of the message's last change.</param>
    public void Want(string key, long position)
    {
        lock (_gate)
        {
            if (_store is null || (_store.Contains(key) && position <= _store.Position))
            {
                return;
            }

            Unwant(key);
            _wanted[position] = key;
            _wantedAt[key] = position;
        }
    }

    /// <summary>The messages whose vectors are to be made next, the oldest changes first.</summary>
    public IReadOnlyList<(string Key, long Position)> Next(int count)
    {
        lock (_gate)
        {
            return [.. _wanted.Take(count).Select(wanted => (wanted.Value, wanted.Key))];
        }
    }

    /// <summary>Adds the vectors of a message in place of those it had, unless the message changed meanwhile.</summary>
    /// <param name="vectors">Each [dimensions], in the order of its parts; none where the message is gone or has none.</param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Add(string key, long position, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        lock (_gate)
        {
            if (_wantedAt.GetValueOrDefault(key, -1) == position)
            {
                if (vectors.Count != 1 || _store!.Contains(KeyOf(key, 1)))
                {
                    RemoveAll(key);
                }

                for (var part = 1; part < vectors.Count; part++)
                {
                    _store!.Add(KeyOf(key, part), vectors[part].Span, position);
                }

                if (vectors.Count > 0)
                {
                    _store!.Add(key, vectors[0].Span, position);
                }

                Unwant(key);
            }
        }
    }

    /// <summary>Drops the vectors of a message that is gone.</summary>
    public void Remove(string key)
    {
        lock (_gate)
        {
            Unwant(key);
            RemoveAll(key);
        }
    }

    /// <summary>The messages whose best parts are nearest to a query, the best first.</summary>
    /// <param name="query">[dimensions].</param>
    /// <param name="filter">Told a message's key.</param>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, Func<string, bool> filter)
    {
        VectorStore? store;
        lock (_gate)
        {
            store = _store;
        }

        if (store is null)
        {
            return [];
        }

        for (var parts = count; ; parts *= 4)
        {
            var hits = store.Search(query, parts, key => filter(MessageOf(key)));
            List<SearchHit> messages = [.. hits.Select(hit => hit with { Key = MessageOf(hit.Key) }).DistinctBy(hit => hit.Key).Take(count)];
            if (messages.Count == count || hits.Count < parts)
            {
                return messages;
            }
        }
    }

    public void Dispose() => _store?.Dispose();

    private static string KeyOf(string message, int part) => $"{message}{Separator}{part.ToString(CultureInfo.InvariantCulture)}";

    // An owner's name and the id of a message have one separator between them.
    private static string MessageOf(string key)
        => key.IndexOf(Separator) is var first && key.LastIndexOf(Separator) is var last && first != last ? key[..last] : key;

    // The position stays: an older change of another message may be on its way to its vectors still.
    private void RemoveAll(string key)
    {
        if (_store is not { } store)
        {
            return;
        }

        if (store.Contains(key))
        {
            store.Remove(key, store.Position);
        }

        var parts = 1;
        while (store.Contains(KeyOf(key, parts)))
        {
            parts++;
        }

        // From the last one on: what a crash leaves has no gaps, so that it is found again.
        for (var part = parts - 1; part >= 1; part--)
        {
            store.Remove(KeyOf(key, part), store.Position);
        }
    }

    private void Unwant(string key)
    {
        if (_wantedAt.Remove(key, out var position))
        {
            _wanted.Remove(position);
        }
    }
}
