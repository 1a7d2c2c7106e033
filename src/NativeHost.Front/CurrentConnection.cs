using NativeHost.Broker.Connecting;

namespace NativeHost.Front;

/// <summary>The connection that is up, between the thread that makes connections and the thread that sends over them.</summary>
/// <param name="isAwaited">Whether one is needed before anybody asks for it.</param>
internal sealed class CurrentConnection(bool isAwaited)
{
    private readonly object _gate = new();
    private BrokerConnection? _connection;
    private int _number;
    private bool _isAwaited = isAwaited;

    /// <summary>Waits until somebody needs a connection.</summary>
    public void WaitForNeed()
    {
        lock (_gate)
        {
            while (!_isAwaited)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Tells which connection is up from now on; null for none.</summary>
    /// <returns>The connection's number; for none, the last one's.</returns>
    public int Publish(BrokerConnection? connection)
    {
        lock (_gate)
        {
            _connection = connection;
            if (connection is null)
            {
                return _number;
            }

            if (_isAwaited)
            {
                _isAwaited = false;
                Monitor.PulseAll(_gate);
            }

            return ++_number;
        }
    }

    /// <summary>The connection that is up; waits for one.</summary>
    public (Stream Broker, int Number) Take()
    {
        lock (_gate)
        {
            while (_connection is null)
            {
                _isAwaited = true;
                Monitor.PulseAll(_gate);
                Monitor.Wait(_gate);
            }

            return (_connection.Stream, _number);
        }
    }
}
