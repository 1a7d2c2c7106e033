using System.Diagnostics;
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

    private readonly ShellReports _reports = new();

    private static CancellationToken Timeout => Patience.Token;

    public void Dispose() => _reports.Dispose();

    [Fact]
    public async Task One_that_says_nothing_while_it_loads_is_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var loader = LoaderOf("exec sleep 60");

        var failure = await Assert.ThrowsAsync<EngineCrashedException>(
            () => LoadedByAsync(loader));

        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_says_nothing_while_it_works_is_ended_however_many_ask_it_meanwhile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        await using var model = await LoadedByAsync(LoaderOf(_reports.Loaded + "exec sleep 60"));

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

    [Fact]
    public async Task One_that_does_not_even_read_what_it_is_asked_is_ended_when_that_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        await using var model = await LoadedByAsync(LoaderOf(_reports.Loaded + "exec sleep 60", silence: TimeSpan.FromHours(1)));
        using var stop = new CancellationTokenSource();
        var reading = ReadAsync(model, prompt: new string('a', 1 << 20), stop.Token);

        await stop.CancelAsync();

        var failure = await Assert.ThrowsAsync<EngineCrashedException>(() => reading.WaitAsync(Timeout));
        Assert.Contains("did not stop", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_that_comes_late_ends_nobody_and_the_ones_after_it_do()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var start = new ProcessStartInfo
        {
            FileName = "/bin/sleep",
            Arguments = "60",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var patience = new HangPatience(Silence, Silence, Pause: Silence / 10);
        using var link = new WorkerLink(await WorkerProcess.StartAsync(start), HostLog.None);
        var loading = link.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Timeout);

        await Task.Delay(2 * Silence, Timeout);
        link.Watch(patience);
        await Task.Delay(Silence / 2, Timeout);
        Assert.False(loading.IsCompleted, "The worker was ended for what the broker had not read.");

        while (!loading.IsCompleted)
        {
            link.Watch(patience);
            await Task.Delay(Silence / 10, Timeout);
        }

        var failure = await Assert.ThrowsAsync<EngineCrashedException>(() => loading);
        Assert.Contains("said nothing", failure.Message, StringComparison.Ordinal);
    }

    private static WorkerModelLoader LoaderOf(string script, TimeSpan? silence = null) => new(["/bin/sh", "-c", script], HostLog.None, TimeProvider.System)
    {
        Patience = new HangPatience(Stop: Silence, silence ?? Silence, Pause: Silence / 10),
    };

    private static Task<IModelHost> LoadedByAsync(WorkerModelLoader loader)
        => loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Timeout);

    private static Task ReadAsync(IModelHost model) => ReadAsync(model, "Once", Timeout);

    private static async Task ReadAsync(IModelHost model, string prompt, CancellationToken stop)
    {
        await foreach (var _ in model.GenerateAsync(new GenerationRequest { Prompt = prompt }, stop).WithCancellation(CancellationToken.None))
        {
        }
    }
}
