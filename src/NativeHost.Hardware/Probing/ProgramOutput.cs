using System.ComponentModel;
using System.Diagnostics;

namespace NativeHost.Hardware.Probing;

/// <summary>What a program that was run has said.</summary>
/// <param name="Errors">What it wrote to stderr.</param>
public readonly record struct ProgramOutput(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program until it ends; it gets nothing to read.</summary>
    /// <param name="start">All its streams are redirected.</param>
    /// <exception cref="IOException">It does not start.</exception>
    /// <exception cref="OperationCanceledException">Its time was over; it was ended, with what it had started.</exception>
    public static async Task<ProgramOutput> ReadAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Start(start);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            var said = await errors;
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramOutput(process.ExitCode, output, said);
        }
        catch (OperationCanceledException)
        {
            End(process);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException($"{start.FileName} cannot be started.");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or is beyond us.
        }
    }
}
