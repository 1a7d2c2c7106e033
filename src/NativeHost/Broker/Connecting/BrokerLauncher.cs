using System.Diagnostics;
using NativeHost.Processes.Starting;

namespace NativeHost.Broker.Connecting;

/// <summary>Meets the broker, and starts it where none runs.</summary>
internal static class BrokerLauncher
{
    /// <summary>The name of the program that is the broker, beside the one that starts it.</summary>
    public static string ProgramName => OperatingSystem.IsWindows() ? "tabagent.exe" : "tabagent";

    /// <summary>Tells a broker where its program is: a process cannot see that its file was moved away under it.</summary>
    public const string ProgramOption = "--program";

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Connects; of many that find no broker, one starts it and the others wait for it.</summary>
    /// <param name="program">The broker's executable.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="pause">Waits; true where nobody needs the connection any more.</param>
    /// <returns>Null where nobody needs it any more.</returns>
    /// <exception cref="BrokerRefusalException">The broker does not serve this program.</exception>
    /// <exception cref="IOException">There is no broker, and none could be started.</exception>
    /// <exception cref="UnauthorizedAccessException">Its folder belongs to somebody else.</exception>
#pragma warning disable CA2000 // The connection is the caller's; there is only one, the first that opens.
    public static BrokerConnection? Open(BrokerPlace place, string program, Hello hello, TimeSpan patience, Func<TimeSpan, bool> pause)
    {
        var started = Stopwatch.GetTimestamp();
        var wait = FirstPause;
        FileStream? turn = null;
        try
        {
            var connection = BrokerConnection.TryOpen(place, hello);
            while (connection is null)
            {
                ThrowIfRemoved(program);
                if (turn is null && (turn = TryTakeTurn(place)) is not null)
                {
                    // Between the attempt and the turn, somebody else's broker may have come up.
                    connection = BrokerConnection.TryOpen(place, hello);
                    if (connection is not null)
                    {
                        break;
                    }

                    if (pause(TimeSpan.Zero))
                    {
                        return null;
                    }

                    DetachedProcess.Start(program, ["broker", ProgramOption, program], ChildEnvironment.Keeps);
                }

                if (Stopwatch.GetElapsedTime(started) > patience)
                {
                    throw new IOException($"The broker ({program}) did not start within {patience.TotalSeconds:0} seconds; its log may say why.");
                }

                if (pause(wait))
                {
                    return null;
                }

                wait = wait < LongestPause ? wait * 2 : LongestPause;
                connection = BrokerConnection.TryOpen(place, hello);
            }

            return connection;
        }
        finally
        {
            if (turn is not null && !File.Exists(program))
            {
                // The host was removed under an open port: not even the folder may come back.
                place.Leave(turn);
            }

            turn?.Dispose();
        }
    }
#pragma warning restore CA2000

    private static FileStream? TryTakeTurn(BrokerPlace place)
    {
        place.Prepare();
        return LockFile.TryTake(place.StartLock);
    }

    private static void ThrowIfRemoved(string program)
    {
        if (!File.Exists(program))
        {
            throw new IOException($"{program} is not there: the host was removed, or is being replaced. Connect again.");
        }
    }
}
