using System.Collections.Concurrent;
using NativeHost.Messages;

namespace NativeHost.Broker;

/// <summary>Somebody who is connected to the broker.</summary>
/// <param name="Pid">Process id of the front or the verb.</param>
/// <param name="Version">Its version.</param>
internal sealed record Connection(Caller Caller, int Pid, string Version, DateTimeOffset Since);

/// <summary>The broker as its actions see it: who is connected, and how to end it. Safe to call from any thread.</summary>
internal sealed class BrokerControl(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private readonly CancellationTokenSource _stopping = new();

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Cancelled when the broker is to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool IsIdle => _connections.IsEmpty;

    public IReadOnlyCollection<Connection> Connections => [.. _connections.Keys];

    public void Add(Connection connection) => _connections.TryAdd(connection, 0);

    public void Remove(Connection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Lets the broker end.</summary>
    public void Stop() => _stopping.Cancel();

    /// <summary>Lets the broker end in a moment.</summary>
    public void StopAfter(TimeSpan moment) => _stopping.CancelAfter(moment);

    public void Dispose() => _stopping.Dispose();
}
