using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Streams;

/// <summary>Whether anybody listens to a stream, and until when it waits for somebody. Safe to call from any thread.</summary>
/// <param name="id">The request that began the stream.</param>
internal sealed class StreamPresence(GenerationStream stream, GenerationStreams owner, RequestId? id) : IDisposable
{
    private readonly Lock _gate = new();
    private int _readers;
    private bool _isOver;
    private bool _isExpired;
    private OpenWork.Item? _abandoned;
    private ITimer? _expiry;
    private int _expiryNumber;
    private DateTimeOffset? _expires;

    public bool IsAttached
    {
        get
        {
            lock (_gate)
            {
                return _readers > 0;
            }
        }
    }

    /// <summary>When the stream ends and is forgotten; null while somebody listens to it as it runs.</summary>
    public DateTimeOffset? Expires
    {
        get
        {
            lock (_gate)
            {
                return _expires;
            }
        }
    }

    /// <summary>Somebody listens.</summary>
    /// <exception cref="RequestException">The stream's time is over.</exception>
    public void Attach()
    {
        OpenWork.Item? reachable;
        lock (_gate)
        {
            if (_isExpired)
            {
                throw GenerationStreams.NotFound(stream.Id);
            }

            _readers++;
            (reachable, _abandoned) = (_abandoned, null);
            if (!_isOver)
            {
                _expiry?.Dispose();
                (_expiry, _expires) = (null, null);
                _expiryNumber++;
            }
        }

        // Outside the gate: a stop that is under way holds it, and comes here.
        reachable?.Dispose();
    }

    /// <summary>Who listened has left.</summary>
    public void Detach()
    {
        lock (_gate)
        {
            if (--_readers > 0 || _isOver)
            {
                return;
            }

            ExpireAfterGrace();
        }

        // A stop of its caller's must still reach it. Outside the gate, because one may come at once.
        var reachable = owner.Abandon(stream, id);
        lock (_gate)
        {
            if (_readers == 0 && !_isOver)
            {
                (reachable, _abandoned) = (_abandoned, reachable);
            }
        }

        reachable?.Dispose();
    }

    /// <summary>The stream has ended, and is kept for the grace time from now on.</summary>
    public void End()
    {
        OpenWork.Item? reachable;
        lock (_gate)
        {
            _isOver = true;
            (reachable, _abandoned) = (_abandoned, null);
            ExpireAfterGrace();
        }

        reachable?.Dispose();
    }

    public void Dispose()
    {
        OpenWork.Item? reachable;
        lock (_gate)
        {
            _expiry?.Dispose();
            (reachable, _abandoned) = (_abandoned, null);
        }

        reachable?.Dispose();
    }

    private void ExpireAfterGrace()
    {
        _expiry?.Dispose();
        var number = ++_expiryNumber;
        (_expiry, _expires) = owner.StartTimer(() => Expire(number));
    }

    /// <summary>Ends the stream where it runs, and lets it be forgotten; not where somebody has come back meanwhile.</summary>
    private void Expire(int number)
    {
        lock (_gate)
        {
            if (number != _expiryNumber)
            {
                return;
            }

            _isExpired = true;
        }

        stream.Stop();
        owner.Forget(stream);
    }
}
