using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>Workers that end, played by a shell.</summary>
public sealed class EndedWorkerTests : IDisposable
{
    private readonly ShellReports _reports = new();

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose() => _reports.Dispose();

    [Fact]
    public async Task The_process_id_can_be_asked_for_whatever_has_become_of_the_process()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var loader = new WorkerModelLoader(["/bin/sh", "-c", _reports.Loaded + "exec sleep 60"], HostLog.None, TimeProvider.System);
        var model = await loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Timeout);
        var pid = model.ProcessId;

        await model.DisposeAsync();

        Assert.Equal(pid, model.ProcessId);
    }
}
