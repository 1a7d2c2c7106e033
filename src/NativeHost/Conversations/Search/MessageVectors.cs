using System.Security.Cryptography;
using System.Text;
using NativeHost.Search;
using NativeHost.Search.Vectors;

namespace NativeHost.Conversations.Search;

/// <summary>The vectors of messages, made in the background by one model, and kept in a file.</summary>
/// <remarks>Safe to call from any thread.</remarks>
/// <param name="path">Of the file; its folder is there.</param>
/// <param name="model">Tells the model from others, such as its name and a hash.</param>
/// <param name="dimensions">Numbers of its vectors.</param>
internal sealed class MessageVectors(string path, string model, int dimensions) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, string> _wanted = [];
    private readonly Dictionary<string, long> _wantedAt = new(StringComparer.Ordinal);
    private VectorStore? _store;
    private string? _storeId;

    /// <summary>How many are to be made.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _wanted.Count;
            }
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
                _store = VectorStore.Open(path, dimensions, SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\n{storeId}")));
                _storeId = storeId;
                _wanted.Clear();
                _wantedAt.Clear();
            }
        }
    }

    /// <summary>Asks for the vector of a message as it is now, unless there is one.</summary>
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

    /// <summary>Adds the vector of a message, unless the message changed meanwhile.</summary>
    /// <param name="vector">[dimensions]; null where the message is gone or has none.</param>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public void Add(string key, long position, ReadOnlySpan<float> vector)
    {
        lock (_gate)
        {
            if (_wantedAt.GetValueOrDefault(key, -1) == position)
            {
                if (!vector.IsEmpty)
                {
                    _store!.Add(key, vector, position);
                }

                Unwant(key);
            }
        }
    }

    public void Remove(string key, long position)
    {
        lock (_gate)
        {
            Unwant(key);
            if (_store?.Contains(key) == true)
            {
                _store.Remove(key, position);
            }
        }
    }

    /// <param name="query">[dimensions].</param>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, Func<string, bool> filter)
    {
        VectorStore? store;
        lock (_gate)
        {
            store = _store;
        }

        return store is null ? [] : store.Search(query, count, filter);
    }

    public void Dispose() => _store?.Dispose();

    private void Unwant(string key)
    {
        if (_wantedAt.Remove(key, out var position))
        {
            _wanted.Remove(position);
        }
    }
}
