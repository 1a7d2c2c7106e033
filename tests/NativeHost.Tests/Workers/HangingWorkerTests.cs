using System.Buffers.Binary;
using System.Text.Json;
using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Logging;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>Workers that say nothing any more, played by a shell.</summary>
public sealed class HangingWorkerTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-worker-").FullName;

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_that_says_nothing_while_it_loads_is_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var loader = LoaderOf("exec sleep 60");

        var failure = await Assert.ThrowsAsync<EngineCrashedException>(
            () => loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Timeout));

        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_says_nothing_while_it_works_is_ended_however_many_ask_it_meanwhile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var card = new ModelCard("llama", null, "scripted", 1, 1, 1, 1, 0, null, []);
        var report = JsonSerializer.SerializeToUtf8Bytes(
            new WorkerReport(0) { Loaded = new LoadedReport(card, 1) }, WorkerJson.Default.WorkerReport);
        var frame = new byte[sizeof(int) + report.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, report.Length);
        report.CopyTo(frame, sizeof(int));
        var file = Path.Combine(_folder, "loaded");
        await File.WriteAllBytesAsync(file, frame, Timeout);
        await using var model = await LoaderOf($"cat '{file}'; exec sleep 60")
            .LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Timeout);

        var first = ReadAsync(model);
        var others = new List<Task>();
        while (!first.IsCompleted)
        {
            others.Add(ReadAsync(model));
            await Task.Delay(Silence / 5, Timeout);
        }

        var failure = await Assert.ThrowsAsync<EngineCrashedException>(() => first);
        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
    }

    private static WorkerModelLoader LoaderOf(string script) => new(["/bin/sh", "-c", script], HostLog.None, TimeProvider.System)
    {
        SilencePatience = Silence,
        WatchPause = Silence / 10,
    };

    private static async Task ReadAsync(IModelHost model)
    {
        var request = new GenerationRequest { Prompt = "Once" };
        await foreach (var _ in model.GenerateAsync(request, Timeout).WithCancellation(CancellationToken.None))
        {
        }
    }
}
