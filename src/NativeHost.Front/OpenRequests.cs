using NativeHost.Messages;

namespace NativeHost.Front;

/// <summary>The requests that the browser waits for, and over which connection each went. Safe to call from any thread.</summary>
internal sealed class OpenRequests
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RequestId, int> _named = [];
    private readonly List<int> _nameless = [];

    /// <summary>Adds a request before it is sent.</summary>
    /// <param name="connection">The number of the connection it goes over.</param>
    /// <remarks>An id that is open already is refused by the broker, in an answer without an id.</remarks>
    public void Add(RequestId? id, int connection)
    {
        lock (_lock)
        {
            if (id is not { } name || !_named.TryAdd(name, connection))
            {
                _nameless.Add(connection);
            }
        }
    }

    /// <summary>Takes a request out, because its answer is here.</summary>
    public void Remove(RequestId? id)
    {
        lock (_lock)
        {
            if (id is { } name)
            {
                _named.Remove(name);
            }
            else if (_nameless.Count > 0)
            {
                _nameless.RemoveAt(0);
            }
        }
    }

    /// <summary>Takes out all that went over a connection: nobody else will answer them.</summary>
    /// <returns>Their ids, null for each that has none.</returns>
    public IReadOnlyList<RequestId?> TakeAll(int connection)
    {
        lock (_lock)
        {
            List<RequestId?> taken = [.. _named.Where(entry => entry.Value == connection).Select(entry => (RequestId?)entry.Key)];
            foreach (var id in taken)
            {
                _named.Remove(id!.Value);
            }

            var nameless = _nameless.RemoveAll(number => number == connection);
            taken.AddRange(Enumerable.Repeat<RequestId?>(null, nameless));
            return taken;
        }
    }
}
