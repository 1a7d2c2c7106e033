using NativeHost.Inference;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>What becomes of a model where the worker's program was updated under the broker, played by a shell.</summary>
public sealed class WorkerVersionTests : IDisposable
{
    private readonly ShellReports _reports = new();

    public void Dispose() => _reports.Dispose();

    [Theory]
    [InlineData("99.0.0")]
    [InlineData(null)]
    public async Task A_worker_of_another_version_is_refused(string? version)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var greeting = version is null ? "" : _reports.Of(new WorkerReport(0) { Version = version });
        var loader = new WorkerModelLoader(
            ["/bin/sh", "-c", greeting + _reports.LoadedOnly + "exec sleep 60"], HostLog.None, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<RequestException>(
            () => loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Patience.Token));

        Assert.Equal(ErrorCode.UpgradeRequired, ErrorReplies.Of(failure).Code);
        Assert.Contains("updated", failure.Message, StringComparison.Ordinal);
    }
}
