using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>The ids of the requests that are open on one port. Safe to use from any thread.</summary>
internal sealed class OpenIds
{
    private readonly HashSet<RequestId> _open = [];

    /// <returns>The id until it is given back; null where there is none to take.</returns>
    /// <exception cref="RequestException">It is open already.</exception>
    public IdLease? Take(RequestId? id)
    {
        if (id is not { } given)
        {
            return null;
        }

        lock (_open)
        {
            return _open.Add(given)
                ? new IdLease(_open, given)
                : throw new RequestException(ErrorCode.InvalidRequest, $"Invalid request: the requestId {given} is open already.")
                {
                    DuplicateOf = given,
                };
        }
    }
}

/// <summary>An id that is open, until it is given back; once, because its next use is another request's.</summary>
internal sealed class IdLease(HashSet<RequestId> open, RequestId id) : IDisposable
{
    private bool _isOver;

    public void Dispose()
    {
        lock (open)
        {
            if (!_isOver)
            {
                _isOver = true;
                open.Remove(id);
            }
        }
    }
}
