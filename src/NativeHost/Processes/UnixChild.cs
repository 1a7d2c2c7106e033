using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using NativeHost.Processes.Starting;

namespace NativeHost.Processes;

/// <summary>A program on Linux or macOS, in a session of its own. When it has ended, what it left in that session is ended as well.</summary>
/// <remarks>
/// Two threads serve it: one waits for its end, one reads both its outputs. The framework's own processes have no session, and their
/// children can hold a reader for ever.
/// </remarks>
internal sealed partial class UnixChild : IChild
{
    private const int ThreadStackBytes = 128 * 1024;
    private const int Interrupted = 4;
    private const int OneProcess = 1; // P_PID
    private const int WhenEnded = 4; // WEXITED
    private const int SignalBits = 0x7F;

    /// <summary>More than siginfo_t has on any system.</summary>
    private const int EndInformationBytes = 256;

    private readonly Lock _lock = new();
    private readonly int _pid;
    private readonly OutputReader _reader;
    private readonly TaskCompletionSource<int?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isReaped;

    private UnixChild(int pid, OutputReader reader)
    {
        (_pid, _reader) = (pid, reader);
        Ended = EndAsync();
        new Thread(WaitForEnd, ThreadStackBytes) { IsBackground = true, Name = "program's end" }.Start();
    }

    public Task<int?> Ended { get; }

    // WEXITED and WNOWAIT: its number stays taken until it is waited for once more.
    private static int AndStays => WhenEnded | (OperatingSystem.IsMacOS() ? 0x20 : 0x0100_0000);

    /// <exception cref="ProgramStartException">It does not start.</exception>
    public static UnixChild Start(ProgramStart start, List<string> variables, KeptOutput output, KeptOutput errors)
    {
#pragma warning disable CA2000 // The reader owns them, once there is one.
        var outputPipe = new AnonymousPipeServerStream(PipeDirection.In);
        var errorPipe = new AnonymousPipeServerStream(PipeDirection.In);
#pragma warning restore CA2000
        try
        {
            var pid = PosixSpawn.Start(
                start.Program,
                start.Arguments,
                variables,
                (int)outputPipe.ClientSafePipeHandle.DangerousGetHandle(),
                (int)errorPipe.ClientSafePipeHandle.DangerousGetHandle(),
                start.Folder);
            outputPipe.DisposeLocalCopyOfClientHandle();
            errorPipe.DisposeLocalCopyOfClientHandle();
            return new UnixChild(pid, new OutputReader(outputPipe, output, errorPipe, errors));
        }
        catch (IOException e)
        {
            outputPipe.Dispose();
            errorPipe.Dispose();
            throw new ProgramStartException(e.Message, e);
        }
    }

    /// <summary>Starts a program that nobody waits for and that outlives this process.</summary>
    /// <exception cref="ProgramStartException">It does not start.</exception>
    public static void StartAndForget(string program, IReadOnlyList<string> arguments, List<string> variables)
    {
        int pid;
        try
        {
            pid = PosixSpawn.Start(program, arguments, variables);
        }
        catch (IOException e)
        {
            throw new ProgramStartException(e.Message, e);
        }

        // Somebody has to take its end, or the system keeps it. To ignore all ends, as a front does, would break the framework's own processes.
        new Thread(() => Reap(pid), ThreadStackBytes) { IsBackground = true, Name = "forgotten program" }.Start();
    }

    public void Kill()
    {
        lock (_lock)
        {
            // Once it is reaped, its number may be another process's.
            if (!_isReaped)
            {
                KillDescendants();
                UnixSession.Kill(_pid);
            }
        }
    }

    /// <summary>The reader ends by itself, soon after the program has.</summary>
    public void Dispose() => _reader.StopSoon();

    private async Task<int?> EndAsync()
    {
        var exitCode = await _exited.Task;
        await _reader.Ended;
        return exitCode;
    }

    private void WaitForEnd()
    {
        Span<byte> information = stackalloc byte[EndInformationBytes];
        while (waitid(OneProcess, _pid, ref MemoryMarshal.GetReference(information), AndStays) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                // Somebody else took its end. It is gone, but how it ended is not known.
                lock (_lock)
                {
                    _isReaped = true;
                }

                Finish(null);
                return;
            }
        }

        int? exitCode;
        lock (_lock)
        {
            UnixSession.Kill(_pid);
            exitCode = Reap(_pid);
            _isReaped = true;
        }

        Finish(exitCode);
    }

    private void Finish(int? exitCode)
    {
        _reader.StopSoon();
        _exited.SetResult(exitCode);
    }

    // Those that made sessions of their own are found by their parents, as long as these live.
    private void KillDescendants()
    {
        try
        {
            using var process = Process.GetProcessById(_pid);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            // Some have ended meanwhile, or are not the user's to kill.
        }
    }

    /// <returns>Its exit code, or the negative number of the signal that ended it; null where the system does not say.</returns>
    private static int? Reap(int pid)
    {
        int status;
        int reaped;
        while ((reaped = waitpid(pid, out status, 0)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        return reaped != pid ? null
            : (status & SignalBits) == 0 ? (status >> 8) & 0xFF
            : -(status & SignalBits);
    }

    // int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, ref byte information, int options);

    // pid_t waitpid(pid_t pid, int *stat_loc, int options);
    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, out int status, int options);
}
