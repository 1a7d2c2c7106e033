using System.Text.Json;
using NativeHost.Broker.Connecting;

namespace NativeHost.CommandLine;

/// <summary>The broker as a verb asks it, on behalf of the person at the terminal.</summary>
internal static class LocalBroker
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(20);
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
    /// <exception cref="IOException">It does not end.</exception>
    public static async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var place = BrokerPlace.OfThisUser();
        var started = TimeProvider.System.GetTimestamp();
        while (Directory.Exists(place.Folder))
        {
            await StopAsync(cancellationToken);
            var isOver = TimeProvider.System.GetElapsedTime(started) > RemovalPatience;
            try
            {
                // Whoever starts a broker holds the lock of the start until that one serves, and can be told to stop.
                if (isOver || (IsFree(place.StartLock) && IsFree(place.BrokerLock)))
                {
                    Directory.Delete(place.Folder, recursive: true);
                    return;
                }
            }
            catch (IOException) when (!isOver)
            {
                // Another one has come up meanwhile, or has left and taken the folder along.
            }

            await Task.Delay(EndPause, cancellationToken);
        }
    }

    private static bool HasEnded() => IsFree(BrokerPlace.OfThisUser().BrokerLock);

    private static bool IsFree(string path)
    {
        using var held = LockFile.TryTake(path);
        return held is not null;
    }
}
