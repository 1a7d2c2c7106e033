using NativeHost.Framing;
using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>Whether <c>stop_generation</c> ends a request.</summary>
internal enum Stoppable
{
    Never,

    /// <summary>Where it is named.</summary>
    ByName,

    /// <summary>Also where all of the caller's are to stop.</summary>
    Always,
}

/// <summary>What callers have asked for and may stop, over all their ports, from the moment it was read.</summary>
/// <remarks>
/// So a stop reaches what waits for its turn as well as what runs. Safe to call from any thread.
/// </remarks>
internal sealed class OpenWork
{
    private readonly Lock _lock = new();
    /// <summary>
    /// Most bytes of requests that one extension may have open, over all its ports: they are held in memory until they are answered.
    /// Two of the largest frames.
    /// </summary>
    public const long MostBytes = 2L * FrameLimits.MaxInboundBytes;

    private readonly HashSet<Item> _items = [];
    private readonly Dictionary<Caller, long> _bytes = [];

    /// <summary>Adds a request, in the order of reading.</summary>
    /// <param name="port">Where it came from; null where that is gone.</param>
    /// <param name="bytes">The length of its message.</param>
    public Item Add(Caller caller, RequestId? id, Stoppable stoppable, object? port = null, int bytes = 0)
    {
        var item = new Item(this, caller, id, stoppable, port, bytes);
        var owner = caller.WithoutNamespace;
        lock (_lock)
        {
            if (stoppable != Stoppable.Never)
            {
                _items.Add(item);
            }

            _bytes[owner] = _bytes.GetValueOrDefault(owner) + bytes;
        }

        return item;
    }

    /// <exception cref="RequestException">An extension has so much open that a message of this length must wait.</exception>
    public void CheckRoom(Caller caller, int bytes)
    {
        lock (_lock)
        {
            if (caller.Kind == CallerKind.Extension && _bytes.GetValueOrDefault(caller.WithoutNamespace) + bytes > MostBytes)
            {
                throw new RequestException(
                    ErrorCode.TooManyRequests, $"Too many requests: over {MostBytes} bytes of {caller.Origin} are open. Wait for some of them.");
            }
        }
    }

    /// <summary>Stops a caller's requests: the one with this id, or all that generate.</summary>
    /// <param name="port">Where the stop came from: an id means this port's request, and another port's only where this has none.</param>
    /// <returns>How many were asked to stop.</returns>
    public int Stop(Caller caller, RequestId? id, object? port)
    {
        Item[] stopping;
        lock (_lock)
        {
            stopping =
            [
                .. _items.Where(item => item.Caller == caller && (id is null ? item.Stoppable == Stoppable.Always : item.Id == id)),
            ];
        }

        if (id is not null && Array.Exists(stopping, item => item.Port == port))
        {
            stopping = Array.FindAll(stopping, item => item.Port == port);
        }

        foreach (var item in stopping)
        {
            item.Stop();
        }

        return stopping.Length;
    }

    private void Remove(Item item, int bytes)
    {
        var owner = item.Caller.WithoutNamespace;
        lock (_lock)
        {
            _items.Remove(item);
            var left = _bytes.GetValueOrDefault(owner) - bytes;
            if (left > 0)
            {
                _bytes[owner] = left;
            }
            else
            {
                _bytes.Remove(owner);
            }
        }
    }

    /// <summary>One request, until it is answered.</summary>
    internal sealed class Item(OpenWork work, Caller caller, RequestId? id, Stoppable stoppable, object? port, int bytes) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _stop = new();
        private bool _isAnswered;

        public Caller Caller { get; } = caller;

        public RequestId? Id { get; } = id;

        public Stoppable Stoppable { get; } = stoppable;

        public object? Port { get; } = port;

        /// <summary>Cancelled when it is to stop.</summary>
        public CancellationToken Stopping => _stop.Token;

        public void Stop()
        {
            lock (_lock)
            {
                if (!_isAnswered)
                {
                    _stop.Cancel();
                }
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                if (_isAnswered)
                {
                    return;
                }

                _isAnswered = true;
            }

            work.Remove(this, bytes);
            lock (_lock)
            {
                _stop.Dispose();
            }
        }
    }
}
