using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NativeHost.Broker;
using NativeHost.Broker.Connecting;
using NativeHost.Logging;
using NativeHost.Settings;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent broker</c>: what fronts start.</summary>
internal static class BrokerCommand
{
    /// <summary>How long a broker that ends may take before the next one gives up its place.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);

    public static Command Create(TextWriter errors)
    {
        var program = new Option<string?>(BrokerLauncher.ProgramOption) { Hidden = true };
        var command = new Command(
            "broker",
            "Serve all browsers of this user, until nobody has needed it for ten minutes. Browsers start it when they need it; there is no need to do so.")
        {
            program,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(program), errors, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? program, TextWriter errors, CancellationToken cancellationToken)
    {
        using var log = LogSetup.Open(role: "broker", isAlone: true);
        try
        {
            var place = BrokerPlace.OfThisUser();
            place.Prepare();
            using var held = await TakeLockAsync(place, cancellationToken);
            if (held is null)
            {
                return ExitCodes.Ok;
            }

            if (program is not null && !File.Exists(program))
            {
                // The host was removed while this process came up: nothing of it may come back.
                place.Leave(held);
                return ExitCodes.Ok;
            }

            return await ServeAsync(place, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            log.StartFailed(e);
            await errors.WriteLineAsync($"The broker does not start: {e.Message}");
            return ExitCodes.StartFailed;
        }
    }

    private static async Task<int> ServeAsync(BrokerPlace place, HostLog log)
    {
        using var control = new BrokerControl(TimeProvider.System);
        await using var composition = new Composition(log, workingFolder: null, control);
        using var listener = BrokerListener.Open(place, log);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, control));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, control));
        log.Started(HostVersion.Text, "broker");
        var idleTime = TimeSpan.FromSeconds(UserSettings.OfThisProcess.Values.BrokerIdleSeconds);
        await new BrokerServer(listener, composition, control, log, TimeProvider.System, idleTime).RunAsync(CancellationToken.None);
        log.Ended(ExitCodes.Ok);
        return ExitCodes.Ok;
    }

    /// <summary>Becomes the one broker.</summary>
    /// <returns>Null where another one serves.</returns>
    /// <exception cref="IOException">Another one neither serves nor ends.</exception>
    private static async Task<FileStream?> TakeLockAsync(BrokerPlace place, CancellationToken cancellationToken)
    {
        var hello = LocalBroker.Hello;
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
#pragma warning disable CA2000 // The caller holds it for as long as it serves.
            if (LockFile.TryTake(place.BrokerLock) is { } held)
#pragma warning restore CA2000
            {
                return held;
            }

            using (var other = BrokerConnection.TryOpen(place, hello))
            {
                if (other is not null)
                {
                    return null;
                }
            }

            if (TimeProvider.System.GetElapsedTime(started) > LockPatience)
            {
                throw new IOException($"Another broker holds {place.BrokerLock} and does not answer. End it, and try again.");
            }

            await Task.Delay(LockPause, cancellationToken);
        }
    }

    private static void Stop(PosixSignalContext context, BrokerControl control)
    {
        context.Cancel = true;
        control.Stop();
    }
}
