using NativeHost.Inference;
using NativeHost.Inference.Generation;
using NativeHost.Logging;
using NativeHost.Workers;
using Xunit;

namespace NativeHost.Tests.Workers;

/// <summary>A reader that does not read, beside one that does, with one worker, played by a shell.</summary>
public sealed class StalledReaderTests : IDisposable
{
    private const int Events = 500;

    private readonly ShellReports _reports = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("stalled-").FullName;

    public void Dispose()
    {
        _reports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task It_holds_up_itself_only_and_the_worker_is_told_to_let_it_wait()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell to play the worker.");
        var (heard, go) = (Path.Combine(_folder, "heard"), Path.Combine(_folder, "go"));
        var one = _reports.Of(new WorkerReport(1) { Prefill = new PrefillProgress(1, 2, 0) });
        var end = Result(1);
        var script = _reports.Loaded + $"exec 3<&0; cat <&3 > '{heard}' 2>&1 & while [ ! -e '{go}' ]; do sleep 0.02; done; "
            + $"for i in $(seq {Events}); do {one} done; {Result(2)} while [ -e '{go}' ]; do sleep 0.02; done; {end} exec sleep 60";
        var loader = new WorkerModelLoader(["/bin/sh", "-c", script], HostLog.None, TimeProvider.System);
        await using var model = await loader.LoadAsync("/model.gguf", new ModelLoadOptions(), new Progress<float>(), Patience.Token);
        await using var stalled = Ask(model).GetAsyncEnumerator(Patience.Token);
        var first = stalled.MoveNextAsync();
        await using var other = Ask(model).GetAsyncEnumerator(Patience.Token);
        var answer = other.MoveNextAsync();

        await File.WriteAllTextAsync(go, "", Patience.Token);

        Assert.True(await first);
        Assert.True(await answer.AsTask().WaitAsync(Patience.Token));
        Assert.Equal(GenerationEventKind.Completed, other.Current.Kind);
        await UntilHeardAsync(heard, WorkerOperation.Pause);

        File.Delete(go);
        var events = 1;
        while (await stalled.MoveNextAsync())
        {
            events++;
        }

        Assert.Equal(Events + 1, events);
        await UntilHeardAsync(heard, WorkerOperation.Resume);
    }

    private static IAsyncEnumerable<GenerationEvent> Ask(IModelHost model)
        => model.GenerateAsync(new GenerationRequest { Prompt = "x" }, Patience.Token);

    private static async Task UntilHeardAsync(string path, WorkerOperation operation)
    {
        var timeout = Patience.Token;
        while (!File.Exists(path) || !(await File.ReadAllTextAsync(path, timeout)).Contains($"\"operation\":{(int)operation},\"number\":1", StringComparison.Ordinal))
        {
            await Task.Delay(20, timeout);
        }
    }

    private string Result(int number) => _reports.Of(new WorkerReport(number) { Result = new ResultReport(StopReason.EndOfTurn, null, [], 1, 0, 0, 0) });
}
