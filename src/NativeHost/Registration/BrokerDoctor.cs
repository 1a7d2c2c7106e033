using System.Net.Sockets;
using NativeHost.Broker.Connecting;

namespace NativeHost.Registration;

/// <summary>Looks at the broker: whether it can be met, and whether it is of this version.</summary>
internal static class BrokerDoctor
{
    private const string Stop = "Run: tabagent stop";

    /// <param name="hello">What this program says of itself.</param>
    /// <param name="front">The program that browsers start.</param>
    public static IEnumerable<Check> Run(Hello hello, string front)
    {
        if (Path.GetFileNameWithoutExtension(front) == HostExecutable.FrontName)
        {
            var program = Path.Combine(Path.GetDirectoryName(front)!, BrokerLauncher.ProgramName);
            if (!File.Exists(program))
            {
                yield return new Check("broker-program", CheckState.Wrong, $"the broker is missing: {program}", "Install it again.");
            }
        }

        yield return Meet(hello);
    }

    private static Check Meet(Hello hello)
    {
        try
        {
            var place = BrokerPlace.OfThisUser();
            place.Prepare();
            using var connection = BrokerConnection.TryOpen(place, hello);
            if (connection is not null)
            {
                return new Check("broker", CheckState.Ok, $"runs as process {connection.Welcome.Pid}, version {connection.Welcome.Version}, at {place.Address}");
            }

            using var held = LockFile.TryTake(place.BrokerLock);
            return held is not null
                ? new Check("broker", CheckState.Ok, $"does not run; browsers start it when they need it, at {place.Address}")
                : new Check("broker", CheckState.Wrong, $"holds {place.BrokerLock} and does not answer at {place.Address}", "End the process tabagent, and try again.");
        }
        catch (BrokerRefusalException e)
        {
            return new Check("broker-version", CheckState.Note, e.Message, Stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            return new Check(
                "broker-folder",
                CheckState.Wrong,
                $"the broker cannot be met: {e.Message}",
                "Give your user the right to write there, or name another place in XDG_RUNTIME_DIR or TABAGENT_HOME.");
        }
    }
}
