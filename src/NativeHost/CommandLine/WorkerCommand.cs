using System.CommandLine;
using System.Diagnostics;
using NativeHost.Engines;
using NativeHost.Framing;
using NativeHost.LlamaCpp;
using NativeHost.Settings;
using NativeHost.Workers;
using Serilog.Events;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent worker</c>: what the broker starts, one for each model.</summary>
internal static class WorkerCommand
{
    public static Command Create(TextWriter errors)
    {
        var command = new Command("worker", "Hold one model for the broker, which starts it.") { Hidden = true };
        command.SetAction(_ => Run(errors));
        return command;
    }

    private static int Run(TextWriter errors)
    {
        // This thread stays until the process ends.
        ParentDeath.EndsThisProcess();
        using var output = StandardStreams.TakeOutput();
        using var input = StandardStreams.OpenInput();
        var least = UserSettings.OfThisProcess.Values.LogLevel;
        Environment.CurrentDirectory = AppContext.BaseDirectory;
        using var engine = HostEngines.Create((level, line) => Tell(errors, least, level, line));
        using var reports = new FrameWriter(output, WireFormat.Frames);
        new WorkerServer(engine, input, reports).Run();

        // The broker is gone, and native code may be anywhere: nothing is cleaned up but by the system.
        using var self = Process.GetCurrentProcess();
        self.Kill();
        return ExitCodes.Ok;
    }

    // Workers have no log file: the broker puts the lines into its own, and keeps the last to say what the engine complained of.
    private static void Tell(TextWriter errors, LogEventLevel least, NativeLogLevel level, string line)
    {
        if (level >= NativeLogLevel.Warning || Composition.LevelOf(level) >= least)
        {
            lock (errors)
            {
                errors.WriteLine(WorkerLines.Of(level, line));
            }
        }
    }
}
