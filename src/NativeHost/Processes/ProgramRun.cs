using NativeHost.Processes.Starting;

namespace NativeHost.Processes;

/// <summary>Runs a program of the user's to its end.</summary>
internal static class ProgramRun
{
    /// <summary>How long a program that was killed may take to be gone: where the system does not end it, nobody waits.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(2);

    /// <summary>Runs it. When this returns or throws, it is gone, and what it started in its session with it.</summary>
    /// <exception cref="ProgramStartException">It does not start.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and the program killed.</exception>
    public static async Task<ProgramEnd> ToItsEndAsync(ProgramStart start, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var output = new KeptOutput(start.OutputBytes);
        var errors = new KeptOutput(start.ErrorBytes);
        var variables = ChildEnvironment.Variables(ChildEnvironment.KeepsForProgram);
        using var limit = new CancellationTokenSource(start.TimeLimit, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using IChild child = OperatingSystem.IsWindows()
            ? FrameworkChild.Start(start, variables, output, errors)
            : UnixChild.Start(start, variables, output, errors);
        try
        {
            var exitCode = await child.Ended.WaitAsync(ending.Token);
            return new ProgramEnd(exitCode, IsTimedOut: false, output, errors);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            await ((Task)child.Ended).WaitAsync(KillPatience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return new ProgramEnd(null, IsTimedOut: true, output, errors);
        }
    }
}
