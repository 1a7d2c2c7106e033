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
    private readonly HashSet<Item> _items = [];

    /// <summary>Adds a request, in the order of reading.</summary>
    public Item Add(Caller caller, RequestId? id, Stoppable stoppable)
    {
        var item = new Item(this, caller, id, stoppable);
        if (stoppable != Stoppable.Never)
        {
            lock (_lock)
            {
                _items.Add(item);
            }
        }

        return item;
    }

    /// <summary>Stops a caller's requests: the one with this id, or all that generate.</summary>
    /// <returns>How many were asked to stop.</returns>
    public int Stop(Caller caller, RequestId? id)
    {
        Item[] stopping;
        lock (_lock)
        {
            stopping =
            [
                .. _items.Where(item => item.Caller == caller && (id is null ? item.Stoppable == Stoppable.Always : item.Id == id)),
            ];
        }

        foreach (var item in stopping)
        {
            item.Stop();
        }

        return stopping.Length;
    }

    /// <summary>One request, until it is answered.</summary>
    internal sealed class Item(OpenWork work, Caller caller, RequestId? id, Stoppable stoppable) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _stop = new();
        private bool _isAnswered;

        public Caller Caller { get; } = caller;

        public RequestId? Id { get; } = id;

        public Stoppable Stoppable { get; } = stoppable;

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
            lock (work._lock)
            {
                work._items.Remove(this);
            }

            lock (_lock)
            {
                _isAnswered = true;
                _stop.Dispose();
            }
        }
    }
}
