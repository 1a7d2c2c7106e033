using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Framing;
using NativeHost.Messages;

namespace NativeHost.Routing;

/// <summary>The ports that are open, for what concerns a caller and no request of its. Safe to call from any thread.</summary>
internal sealed class OpenPorts
{
    private readonly ConcurrentDictionary<Port, byte> _ports = new();

    /// <summary>Adds a port, until it is disposed.</summary>
    public Port Add(FrameWriter writer)
    {
        var port = new Port(this, writer);
        _ports.TryAdd(port, 0);
        return port;
    }

    /// <summary>Sends an event frame without an id to each port on which one of the callers takes events. Does not wait for any.</summary>
    public void Tell<T>(IEnumerable<Caller> callers, EventType<T> type, T payload)
    {
        Caller[] addressed = [.. callers];
        foreach (var port in _ports.Keys.Where(port => Array.Exists(addressed, port.Knows)))
        {
            // A port that does not read keeps nobody else waiting.
            _ = Task.Run(() => port.TellAsync(new EventFrame<T>(null, type.Name, payload), type.Frame()));
        }
    }

    /// <summary>One client's port.</summary>
    internal sealed class Port(OpenPorts ports, FrameWriter writer) : IDisposable
    {
        /// <summary>Callers of one port: those above it are told nothing unasked.</summary>
        private const int MostCallers = 64;

        private readonly ConcurrentDictionary<Caller, byte> _callers = new();

        /// <summary>
        /// From now on the caller is told of what concerns it. Only after an answer to a request that takes events: a client that sends
        /// one message and takes the first frame for its answer must get no other.
        /// </summary>
        public void Answered(Caller caller)
        {
            if (_callers.Count < MostCallers)
            {
                _callers.TryAdd(caller, 0);
            }
        }

        public bool Knows(Caller caller) => _callers.ContainsKey(caller);

        public async Task TellAsync<T>(EventFrame<T> frame, JsonTypeInfo<EventFrame<T>> typeInfo)
        {
            try
            {
                await writer.WriteAsync(
                    (frame, typeInfo), static (json, message) => JsonSerializer.Serialize(json, message.frame, message.typeInfo), CancellationToken.None);
            }
            catch (Exception e) when (e is PeerGoneException or ObjectDisposedException)
            {
                // It has just left.
            }
        }

        public void Dispose() => ports._ports.TryRemove(this, out _);
    }
}
