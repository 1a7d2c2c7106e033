using System.Diagnostics;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Inference.Generation;
using NativeHost.Logging;
using NativeHost.Messages;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>Requests that are too large for a worker's link, of one that a shell plays and that says nothing.</summary>
public sealed class LargeRequestTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    /// <summary>Each character takes six bytes.</summary>
    private static readonly string Huge = new('\u0001', 12 * 1024 * 1024);

    private readonly ShellReports _reports = new();

    public void Dispose() => _reports.Dispose();

    [Fact]
    public async Task They_are_refused_and_the_worker_lives()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var loader = new WorkerModelLoader(["/bin/sh", "-c", _reports.Loaded + "exec sleep 60"], HostLog.None, TimeProvider.System)
        {
            Patience = new HangPatience(Stop: Silence, Silence, Pause: Silence / 10),
        };
        await using var model = await loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Patience.Token);
        using var worker = Process.GetProcessById(model.ProcessId);

        var failures = new[]
        {
            await Assert.ThrowsAsync<RequestException>(() => model.EmbedAsync(new EmbeddingRequest([Huge], EmbeddingPurpose.Query), Patience.Token)),
            await Assert.ThrowsAsync<RequestException>(() => model.RerankAsync(new RerankRequest("a", [Huge]), Patience.Token)),
            await Assert.ThrowsAsync<RequestException>(() => ReadAsync(model)),
        };

        Assert.All(failures, failure => Assert.Equal((ErrorCode.InvalidRequest, true), (failure.Code, failure.Message.Contains("64 MiB", StringComparison.Ordinal))));
        await Task.Delay(3 * Silence, Patience.Token);
        Assert.False(worker.HasExited, "The worker was ended for what it was not asked.");
    }

    private static async Task ReadAsync(IModelHost model)
    {
        await foreach (var _ in model.GenerateAsync(new GenerationRequest { Prompt = Huge }, Patience.Token).WithCancellation(CancellationToken.None))
        {
        }
    }
}
