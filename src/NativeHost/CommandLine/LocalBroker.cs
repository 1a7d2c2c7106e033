using NativeHost.Broker.Connecting;

namespace NativeHost.CommandLine;

/// <summary>The broker as a verb asks it, on behalf of the person at the terminal.</summary>
internal static class LocalBroker
{
    /// <summary>What verbs say of themselves.</summary>
    public static Hello Hello { get; } = new(Handshake.Protocol, HostVersion.Text, Environment.ProcessId, Handshake.Local, Handshake.Local);

    /// <summary>Connects to the broker that runs.</summary>
    /// <returns>Null where none does.</returns>
    /// <exception cref="BrokerRefusalException">It is of another version, and at work.</exception>
    public static HostDialogue? TryOpen()
#pragma warning disable CA2000 // The dialogue owns the stream, and there is nothing else to dispose of.
        => BrokerConnection.TryOpen(BrokerPlace.OfThisUser(), Hello) is { } connection ? new HostDialogue(connection.Stream, connection.Stream) : null;
#pragma warning restore CA2000
}
