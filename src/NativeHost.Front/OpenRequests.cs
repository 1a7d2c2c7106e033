using NativeHost.Messages;

namespace NativeHost.Front;

/// <summary>The requests that the browser waits for, and over which connection each went. Safe to call from any thread.</summary>
/// <remarks>They are few at a time, and searched one by one.</remarks>
internal sealed class OpenRequests
{
    private readonly Lock _lock = new();
    private readonly List<(RequestId? Id, int Connection)> _open = [];

    /// <summary>Adds a request before it is sent.</summary>
    /// <param name="connection">The number of the connection it goes over.</param>
    /// <remarks>An id that is open already is refused by the broker, in an answer without an id.</remarks>
    public void Add(RequestId? id, int connection)
    {
        lock (_lock)
        {
            _open.Add((IndexOf(id) < 0 ? id : null, connection));
        }
    }

    /// <summary>Takes a request out, because its answer is here.</summary>
    public void Remove(RequestId? id)
    {
        lock (_lock)
        {
            if (IndexOf(id) is var index and >= 0)
            {
                _open.RemoveAt(index);
            }
        }
    }

    /// <summary>Takes out all that went over a connection: nobody else will answer them.</summary>
    /// <returns>Their ids, null for each that has none.</returns>
    public IReadOnlyList<RequestId?> TakeAll(int connection)
    {
        lock (_lock)
        {
            var taken = new List<RequestId?>();
            foreach (var (id, number) in _open)
            {
                if (number == connection)
                {
                    taken.Add(id);
                }
            }

            _open.RemoveAll(request => request.Connection == connection);
            return taken;
        }
    }

    private int IndexOf(RequestId? id)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            if (_open[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
