using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using NativeHost.Devices;
using NativeHost.Framing;
using NativeHost.Inference;
using NativeHost.LlamaCpp;

namespace NativeHost.CommandLine;

/// <summary><c>tabagent devices</c>: what the host starts to learn what llama.cpp computes on.</summary>
internal static class DevicesCommand
{
    /// <summary>Who asked may be gone, and a driver may hang.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static Command Create(TextWriter errors)
    {
        var command = new Command("devices", "List what llama.cpp computes on, as JSON, for the host, which starts it.") { Hidden = true };
        command.SetAction(_ => Run(errors));
        return command;
    }

    private static int Run(TextWriter errors)
    {
        using var self = Process.GetCurrentProcess();
        using var end = new Timer(_ => self.Kill(), null, Longest, Timeout.InfiniteTimeSpan);
        using var output = StandardStreams.TakeOutput();
        Environment.CurrentDirectory = AppContext.BaseDirectory;
        try
        {
            JsonSerializer.Serialize(output, LlamaDevices.List(), DevicesJson.Default.EngineDevices);
            output.Flush();
        }
        catch (EngineException e)
        {
            errors.WriteLine(e.Message);
            return ExitCodes.Failed;
        }

        // Not by the ordinary way: drivers clean up then, and some crash over it.
        self.Kill();
        return ExitCodes.Ok;
    }
}
