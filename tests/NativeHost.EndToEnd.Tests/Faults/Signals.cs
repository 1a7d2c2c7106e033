namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>Signals to processes that may be gone already.</summary>
internal static class Signals
{
    /// <returns>Whether there was such a process.</returns>
    public static async Task<bool> SendAsync(int pid, string signal, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("kill", [$"-{signal}", pid.ToString()]) { RedirectStandardError = true };
        using var kill = Process.Start(start)!;
        await kill.WaitForExitAsync(cancellationToken);
        return kill.ExitCode == 0;
    }

    /// <summary>Stops a process, and lets it go on after a while.</summary>
    public static async Task SuspendAsync(int pid, TimeSpan time, CancellationToken cancellationToken)
    {
        await SendAsync(pid, "STOP", cancellationToken);
        try
        {
            await Task.Delay(time, cancellationToken);
        }
        finally
        {
            await SendAsync(pid, "CONT", CancellationToken.None);
        }
    }
}
