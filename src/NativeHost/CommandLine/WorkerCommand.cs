using System.CommandLine;
using System.Diagnostics;
using NativeHost.Framing;
using NativeHost.LlamaCpp;
using NativeHost.Logging;
using NativeHost.Workers;

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
        using var log = LogSetup.Open(role: "worker");
        Environment.CurrentDirectory = AppContext.BaseDirectory;
        using var loader = new LlamaModelLoader((level, line) => Tell(log, errors, level, line));
        using var reports = new FrameWriter(output, WireFormat.Frames);
        log.Started(HostVersion.Text, "worker");
        new WorkerServer(loader, input, reports).Run();

        // The broker is gone, and native code may be anywhere: nothing is cleaned up but by the system.
        using var self = Process.GetCurrentProcess();
        self.Kill();
        return ExitCodes.Ok;
    }

    // The broker keeps the last lines of stderr, to say what the engine complained of before it crashed.
    private static void Tell(HostLog log, TextWriter errors, NativeLogLevel level, string line)
    {
        log.Native(Composition.LevelOf(level), line);
        if (level >= NativeLogLevel.Warning)
        {
            lock (errors)
            {
                errors.WriteLine(line);
            }
        }
    }
}
