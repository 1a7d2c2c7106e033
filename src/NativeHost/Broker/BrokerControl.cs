using System.Collections.Concurrent;
using NativeHost.Messages;

namespace NativeHost.Broker;

/// <summary>Somebody who is connected to the broker.</summary>
/// <param name="pid">Process id of the front or the verb.</param>
/// <param name="version">Its version.</param>
/// <remarks>No record: two that say the same of themselves are two.</remarks>
internal sealed class Connection(Caller caller, int pid, string version, DateTimeOffset since)
{
    public Caller Caller => caller;

    public int Pid => pid;

    public string Version => version;

    public DateTimeOffset Since => since;
}

/// <summary>The broker as its actions see it: who is connected, and how to end it. Safe to call from any thread.</summary>
internal sealed class BrokerControl(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private long _lastLeft = time.GetTimestamp();

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Cancelled when the broker is to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool IsIdle => _connections.IsEmpty;

    /// <summary>How long nobody has been connected; zero while somebody is.</summary>
    public TimeSpan IdleTime => IsIdle ? time.GetElapsedTime(Volatile.Read(ref _lastLeft)) : TimeSpan.Zero;

    public IReadOnlyCollection<Connection> Connections => [.. _connections.Keys];

    public void Add(Connection connection) => _connections.TryAdd(connection, 0);

    public void Remove(Connection connection)
    {
        // Before it is out, or the time since the last one left would be seen for a moment.
        Volatile.Write(ref _lastLeft, time.GetTimestamp());
        _connections.TryRemove(connection, out _);
    }

    /// <summary>Lets the broker end.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Lets the broker end in a moment.</summary>
    public void StopAfter(TimeSpan moment) => _stopping.CancelAfter(moment);

    public void Dispose() => _stopping.Dispose();
}
