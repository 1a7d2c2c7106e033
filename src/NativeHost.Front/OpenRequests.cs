using NativeHost.Messages;

namespace NativeHost.Front;

/// <summary>The requests that the browser waits for, and over which connection each went. Safe to call from any thread.</summary>
/// <remarks>They are few at a time, and searched one by one.</remarks>
internal sealed class OpenRequests
{
    private readonly Lock _lock = new();
    private readonly List<(OpenRequest Request, int Connection)> _open = [];

    /// <summary>Adds a request before it is sent.</summary>
    /// <param name="connection">The number of the connection it goes over.</param>
    /// <remarks>An id that is open already is refused by the broker, in an answer without an id.</remarks>
    public void Add(OpenRequest request, int connection)
    {
        lock (_lock)
        {
            _open.Add((IndexOf(request.Id) < 0 ? request : request with { Id = null }, connection));
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
    public IReadOnlyList<OpenRequest> TakeAll(int connection)
    {
        lock (_lock)
        {
            var taken = new List<OpenRequest>();
            foreach (var (request, number) in _open)
            {
                if (number == connection)
                {
                    taken.Add(request);
                }
            }

            _open.RemoveAll(open => open.Connection == connection);
            return taken;
        }
    }

    private int IndexOf(RequestId? id)
    {
        for (var i = 0; i < _open.Count; i++)
        {
            if (_open[i].Request.Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A request that is open.</summary>
/// <param name="Id">Null where it has none.</param>
/// <param name="IsLater">Whether it came in the later envelope, and is to be answered in it.</param>
internal readonly record struct OpenRequest(RequestId? Id, bool IsLater = false);
