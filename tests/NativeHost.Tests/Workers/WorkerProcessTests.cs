using System.Diagnostics;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>What the system is told of a worker's process.</summary>
public sealed class WorkerProcessTests
{
    private const string Setpriv = "/usr/bin/setpriv";

    [Fact]
    public async Task It_gives_way_to_other_processes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var worker = await WorkerProcess.StartAsync(StartInfo("/bin/sleep", "60"));
        using var process = Process.GetProcessById(worker.Id);

        Assert.Equal(ProcessPriorityClass.BelowNormal, process.PriorityClass);

        worker.Kill();
        Assert.Equal(128 + 9, worker.WaitForExit());
    }

    [Fact]
    public async Task One_that_ends_with_its_parent_outlives_the_thread_that_wanted_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Setpriv), "Nothing here plays such a worker.");
        Task<WorkerProcess>? starting = null;
        var wanting = new Thread(() => starting = WorkerProcess.StartAsync(StartInfo(Setpriv, "--pdeathsig KILL sleep 60")));
        wanting.Start();
        wanting.Join();
        var worker = await starting!;

        await Task.Delay(TimeSpan.FromMilliseconds(500), Patience.Token);
        using var process = Process.GetProcessById(worker.Id);
        Assert.False(process.HasExited);

        worker.Kill();
        worker.WaitForExit();
    }

    private static ProcessStartInfo StartInfo(string program, string arguments) => new()
    {
        FileName = program,
        Arguments = arguments,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
