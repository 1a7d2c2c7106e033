using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using NativeHost.Inference;

namespace NativeHost.Workers;

/// <summary>A worker's process, and what the system is told of it. Safe to call from any thread.</summary>
/// <remarks>
/// A thread of its own starts it and stays until it has ended: where a worker asks the system to end it with its parent
/// (<see cref="ParentDeath"/>), Linux means the thread that started it.
/// </remarks>
internal sealed class WorkerProcess
{
    private const int ParentStackBytes = 256 * 1024;

    /// <summary>How likely the system is to end the worker rather than others where memory runs out; 1000 at most.</summary>
    private const int OutOfMemoryScore = 500;

    private readonly Thread _parent;
    private readonly Process _process;
    private int _exitCode;

    private WorkerProcess(Thread parent, Process process)
    {
        (_parent, _process) = (parent, process);
        Id = process.Id;
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        Errors = process.StandardError;
    }

    /// <summary>Also of one that has ended.</summary>
    public int Id { get; }

    public Stream Input { get; }

    public Stream Output { get; }

    public StreamReader Errors { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="start">How; its streams are redirected.</param>
    /// <exception cref="EngineException">It does not start.</exception>
    public static Task<WorkerProcess> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<WorkerProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => StartAndStay(start, started), ParentStackBytes) { IsBackground = true, Name = "worker parent" }.Start();
        return started.Task;
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already, or is about to.
        }
    }

    /// <returns>The exit code.</returns>
    public int WaitForExit()
    {
        _parent.Join();
        return _exitCode;
    }

    private static void StartAndStay(ProcessStartInfo start, TaskCompletionSource<WorkerProcess> started)
    {
        try
        {
            using var process = Process.Start(start) ?? throw new EngineException("No worker process could be started.");
            PreferAsVictim(process.Id);
            GiveWay(process);
            var worker = new WorkerProcess(Thread.CurrentThread, process);
            started.SetResult(worker);
            process.WaitForExit();
            worker._exitCode = process.ExitCode;
        }
        catch (Exception e) when (e is Win32Exception or IOException or EngineException)
        {
            started.TrySetException(e as EngineException ?? new EngineException($"No worker process could be started: {e.Message}", e));
        }
    }

    // Where memory runs out, one model should go, and not the browser or the broker.
    private static void PreferAsVictim(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            File.WriteAllText(
                $"/proc/{pid}/oom_score_adj", OutOfMemoryScore.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A sandbox may not let us; the system then chooses by size, which is likely the worker as well.
        }
    }

    // A model uses all processors, and a browser is to stay responsive. On Linux this is its first thread, whose children inherit it.
    private static void GiveWay(Process process)
    {
        try
        {
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It computes as the others do, then, or has ended already.
        }
    }
}
