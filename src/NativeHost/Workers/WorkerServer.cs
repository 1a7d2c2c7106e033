using System.Collections.Concurrent;
using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Hardware;
using NativeHost.Inference;
using NativeHost.Inference.Generation;

namespace NativeHost.Workers;

/// <summary>The worker's side: one model, driven by frames from the broker until they end.</summary>
internal sealed class WorkerServer(IModelLoader loader, Stream input, FrameWriter reports)
{
    private readonly ConcurrentDictionary<int, RunningWork> _work = new();
    private IModelHost? _model;

    private IModelHost Model => _model ?? throw new InvalidOperationException("No model is loaded.");

    /// <summary>Reads requests on the calling thread until the broker is gone. The process is then to end at once, whatever runs.</summary>
    public void Run()
    {
        _ = SayAsync(new WorkerReport(0) { Version = HostVersion.Text }).AsTask();
        var reader = new BlockingFrameReader(input, FrameLimits.MaxInboundBytes);
        while (reader.TryRead(out var frame))
        {
            var request = JsonSerializer.Deserialize(frame[FrameLimits.HeaderBytes..], WorkerJson.Default.WorkerRequest)
                ?? throw new JsonException("A request is null.");
            switch (request.Operation)
            {
                case WorkerOperation.Stop:
                    Raise(request.Number, static work => work.Stop());
                    break;
                case WorkerOperation.AnswerNow:
                    Raise(request.Number, static work => work.AnswerNow());
                    break;
                case WorkerOperation.Pause:
                    _work.GetValueOrDefault(request.Number)?.Pause();
                    break;
                case WorkerOperation.Resume:
                    _work.GetValueOrDefault(request.Number)?.Resume();
                    break;
                default:
                    var work = new RunningWork();
                    _work[request.Number] = work;
                    _ = Task.Run(() => WorkAsync(request, work), CancellationToken.None);
                    break;
            }
        }
    }

    private void Raise(int number, Action<RunningWork> signal)
    {
        try
        {
            if (_work.TryGetValue(number, out var running))
            {
                signal(running);
            }
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private async Task WorkAsync(WorkerRequest request, RunningWork work)
    {
        try
        {
            await (request.Operation switch
            {
                WorkerOperation.Load => LoadAsync(request, work.Stopping),
                WorkerOperation.Count => CountAsync(request, work.Stopping),
                WorkerOperation.Embed => EmbedAsync(request, work.Stopping),
                WorkerOperation.Rerank => RerankAsync(request, work.Stopping),
                _ => GenerateAsync(request, work),
            });
        }
#pragma warning disable CA1031 // Whatever work fails with is the broker's to know; the worker serves on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await SayAsync(new WorkerReport(request.Number) { Failure = WorkerFailures.ReportOf(e) });
        }
        finally
        {
            _work.TryRemove(request.Number, out _);
            work.Dispose();
        }
    }

    private async Task LoadAsync(WorkerRequest request, CancellationToken stop)
    {
        var progress = new LoadProgress(this, request.Number);
        _model = await loader.LoadAsync(request.Path!, request.Options!, progress, stop);
        SpareMemory.GiveBack();
        await SayAsync(new WorkerReport(request.Number) { Loaded = new LoadedReport(_model.Card, _model.ContextTokens) });
    }

    private async Task GenerateAsync(WorkerRequest request, RunningWork work)
    {
        await foreach (var step in Model.GenerateAsync(request.Generation!, work.Stopping, work.Answering).WithCancellation(CancellationToken.None))
        {
            await work.GoOnAsync();
            switch (step.Kind)
            {
                case GenerationEventKind.Text or GenerationEventKind.Reasoning or GenerationEventKind.ToolArguments or GenerationEventKind.LogProbs:
                    await reports.WriteAsync((request.Number, step), TokenFrame.Write, CancellationToken.None);
                    break;

                case GenerationEventKind.Prefill:
                    await SayAsync(new WorkerReport(request.Number) { Prefill = step.Prefill });
                    break;

                case GenerationEventKind.ToolCall:
                    await SayAsync(new WorkerReport(request.Number) { Call = new CallReport(step.CallIndex, step.Call!.Id, step.Call.Name, step.TokenCount) });
                    break;

                default:
                    await SayAsync(new WorkerReport(request.Number) { Result = ReportOf(step.Result!) });
                    break;
            }
        }
    }

    private async Task CountAsync(WorkerRequest request, CancellationToken stop)
        => await SayAsync(new WorkerReport(request.Number) { TokenCount = await Model.CountTokensAsync(request.Generation!, stop) });

    private async Task EmbedAsync(WorkerRequest request, CancellationToken stop)
    {
        var vectors = await Model.EmbedAsync(request.Embedding!, stop);
        await SayAsync(new WorkerReport(request.Number) { Vectors = VectorsReport.Of(vectors) });
    }

    private async Task RerankAsync(WorkerRequest request, CancellationToken stop)
    {
        var ranks = await Model.RerankAsync(request.Rerank!, stop);
        await SayAsync(new WorkerReport(request.Number) { Ranks = ranks });
    }

    private static ResultReport ReportOf(GenerationResult result) => new(
        result.Stop,
        result.StopText,
        [.. result.Tokens.Select(token => token.Id)],
        result.PromptTokens,
        result.CachedTokens,
        result.TimeToFirstToken.Ticks,
        result.DecodeTime.Ticks)
    {
        ReasoningTokens = result.ReasoningTokens,
    };

    private ValueTask SayAsync(WorkerReport report)
        => reports.WriteAsync(
            report,
            static (json, report) => JsonSerializer.Serialize(json, report, WorkerJson.Default.WorkerReport),
            CancellationToken.None,
            FrameLimits.MaxInboundBytes);

    /// <summary>Passes progress on, a hundred times at most.</summary>
    private sealed class LoadProgress(WorkerServer server, int number) : IProgress<float>
    {
        private int _percent = -1;

        public void Report(float value)
        {
            var percent = (int)(value * 100);
            if (Interlocked.Exchange(ref _percent, percent) != percent)
            {
                _ = server.SayAsync(new WorkerReport(number) { Progress = value }).AsTask();
            }
        }
    }
}
