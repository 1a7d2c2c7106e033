using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.CommandLine;

/// <summary>The broker as a verb asks it, on behalf of the person at the terminal.</summary>
internal static class LocalBroker
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndPause = TimeSpan.FromMilliseconds(20);

    /// <summary>What verbs say of themselves.</summary>
    public static Hello Hello { get; } = new(Handshake.Protocol, HostVersion.Text, Environment.ProcessId, Handshake.Local, Handshake.Local);

    /// <summary>Connects to the broker that runs.</summary>
    /// <returns>Null where none does.</returns>
    /// <exception cref="BrokerRefusalException">It is of another version, and at work.</exception>
    public static HostDialogue? TryOpen()
#pragma warning disable CA2000 // The dialogue owns the stream, and there is nothing else to dispose of.
        => BrokerConnection.TryOpen(BrokerPlace.OfThisUser(), Hello) is { } connection ? new HostDialogue(connection.Stream, connection.Stream) : null;
#pragma warning restore CA2000

    /// <summary>Asks the broker.</summary>
    /// <returns>Its answer; null where none runs.</returns>
    /// <exception cref="IOException">It answered with an error.</exception>
    /// <exception cref="BrokerRefusalException">It is of another version, and at work.</exception>
    public static async Task<JsonElement?> AskAsync(string action, CancellationToken cancellationToken)
    {
        await using var broker = TryOpen();
        return broker is null ? null : await broker.AskAsync(action, cancellationToken);
    }

    /// <summary>Ends the broker, and waits until it has ended.</summary>
    /// <returns>The process id of the one that ended; null where none ran.</returns>
    /// <exception cref="IOException">It does not end.</exception>
    public static async Task<int?> StopAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync("broker_stop", cancellationToken) is not { } answer)
        {
            return null;
        }

        var pid = answer.GetProperty("pid").GetInt32();
        var started = TimeProvider.System.GetTimestamp();
        while (!HasEnded())
        {
            if (TimeProvider.System.GetElapsedTime(started) > EndPatience)
            {
                throw new IOException($"The broker (process {pid}) was told to end and still runs.");
            }

            await Task.Delay(EndPause, cancellationToken);
        }

        return pid;
    }

    /// <summary>Ends the broker and removes the folder that it is met in.</summary>
    public static async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var folder = BrokerPlace.OfThisUser().Folder;
        if (Directory.Exists(folder))
        {
            await StopAsync(cancellationToken);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool HasEnded()
    {
        using var free = LockFile.TryTake(BrokerPlace.OfThisUser().BrokerLock);
        return free is not null;
    }
}
