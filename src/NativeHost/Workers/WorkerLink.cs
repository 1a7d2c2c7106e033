using System.Text.Json;
using NativeHost.Framing;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.Logging;
using NativeHost.Messages;

namespace NativeHost.Workers;

/// <summary>A worker process and the frames that go to and come from it. It ends once, however that comes about.</summary>
/// <remarks>Safe to call from any thread. A thread of its own reads the reports, and everything that waits for one goes on there.</remarks>
internal sealed class WorkerLink : IDisposable
{
    /// <summary>What the last lines are given to arrive, once the process has ended.</summary>
    private static readonly TimeSpan LastLinesWait = TimeSpan.FromMilliseconds(200);

    private readonly WorkerProcess _process;
    private readonly FrameWriter _requests;
    private readonly HostLog _log;
    private readonly HangWatch _hangs = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerWork> _work = [];
    private readonly WorkerLines _lines;
    private readonly TaskCompletionSource<LoadedReport> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IProgress<float>? _loadProgress;
    private EngineCrashedException? _crash;
    private string? _reason;
    private string? _version;
    private int _lastNumber;
    private bool _isUnwanted;

    /// <param name="process">Just started; nobody else may use its streams.</param>
    public WorkerLink(WorkerProcess process, HostLog log)
    {
        (_process, _log) = (process, log);
        _requests = new FrameWriter(process.Input, WireFormat.Frames);
        _lines = new WorkerLines(process, log);
        new Thread(ReadReports) { IsBackground = true, Name = "worker reports" }.Start();
    }

    /// <summary>Also of one that has ended.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _crash is not null;
            }
        }
    }

    /// <summary>Loads the worker's model.</summary>
    /// <exception cref="RequestException">The worker is of another version than this process.</exception>
    /// <exception cref="Exception">What the loader in the worker threw, or <see cref="EngineCrashedException"/>.</exception>
    public async Task<LoadedReport> LoadAsync(string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        _loadProgress = progress;
        await SendAsync(new WorkerRequest(WorkerOperation.Load, 0) { Path = path, Options = options });
        return await _loaded.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Gives some work its number. From here on it can be stopped; <see cref="AskAsync"/> has to follow.</summary>
    /// <exception cref="EngineCrashedException">The worker has ended.</exception>
    public int Begin(WorkerWork work)
    {
        lock (_gate)
        {
            if (_crash is not null)
            {
                throw _crash;
            }

            if (_work.Count == 0)
            {
                // Only now has it something to say. Later requests do not excuse a worker that is silent already.
                _hangs.Hear();
            }

            var number = ++_lastNumber;
            _work.Add(number, work);
            if (work is WorkerGeneration generation)
            {
                var pauses = new PauseMessages(() => generation.IsPaused, isPaused => SendPauseAsync(number, work, isPaused));
                generation.OnPause = pauses.Send;
            }

            return number;
        }
    }

    /// <summary>Sends a request: a worker that does not read holds it until it is ended.</summary>
    /// <param name="request">Of this work, with its number.</param>
    /// <exception cref="RequestException">It is larger than a worker takes: it was not sent, and the work is over.</exception>
    public async Task AskAsync(WorkerWork work, WorkerRequest request)
    {
        try
        {
            await SendAsync(request);
        }
        catch (Exception e)
        {
            // The worker has not heard of it: it would neither answer nor stop, and be ended for that.
            Take(request.Number);
            if (e is MessageTooLargeException)
            {
                throw WorkerFailures.TooLarge();
            }

            throw;
        }
        finally
        {
            work.Asked.SetResult();
        }
    }

    /// <summary>Asks for some work to end early; changes nothing once it has ended.</summary>
    public void Stop(int number)
    {
        WorkerWork? work;
        lock (_gate)
        {
            if (!_work.TryGetValue(number, out work) || work.StopAsked != 0)
            {
                return;
            }

            work.StopAsked = System.Diagnostics.Stopwatch.GetTimestamp();
            work.LiftBound();
        }

        // A worker that does not read must not hold whoever stops it.
        _ = Task.Run(() => SendBehindAsync(new WorkerRequest(WorkerOperation.Stop, number), work));
    }

    /// <summary>Lets a generation think no longer; changes nothing once it has ended.</summary>
    public void AnswerNow(int number)
    {
        lock (_gate)
        {
            if (_work.TryGetValue(number, out var work))
            {
                _ = Task.Run(() => SendBehindAsync(new WorkerRequest(WorkerOperation.AnswerNow, number), work));
            }
        }
    }

    /// <summary>Ends the process where it hangs: it does not stop what it was told to stop, or loads or works and says nothing for long.</summary>
    public void Watch(HangPatience patience)
    {
        string? reason;
        lock (_gate)
        {
            reason = _hangs.Look(patience, _work.Values.Any(static work => !work.IsPaused) || !_loaded.Task.IsCompleted, _work.Values);
        }

        if (reason is not null)
        {
            Kill(reason);
        }
    }

    /// <summary>Ends the process; the system takes all its memory back.</summary>
    public async Task EndAsync()
    {
        lock (_gate)
        {
            _isUnwanted = true;
        }

        Kill("It was unloaded.");
        await _ended.Task;
    }

    /// <summary>Only after it has ended.</summary>
    public void Dispose() => _requests.Dispose();

    private void Kill(string reason)
    {
        lock (_gate)
        {
            _reason ??= reason;
        }

        _process.Kill();
    }

    private async Task SendBehindAsync(WorkerRequest signal, WorkerWork work)
    {
        // Before its request it would be a signal to nothing.
        await work.Asked.Task;
        await SendAsync(signal);
    }

    private async Task SendPauseAsync(int number, WorkerWork work, bool isPaused)
    {
        await work.Asked.Task;
        _hangs.Hear();
        await SendAsync(new WorkerRequest(isPaused ? WorkerOperation.Pause : WorkerOperation.Resume, number));
    }

    private async Task SendAsync(WorkerRequest request)
    {
        try
        {
            await _requests.WriteAsync(
                request,
                static (json, request) => JsonSerializer.Serialize(json, request, WorkerJson.Default.WorkerRequest),
                CancellationToken.None,
                FrameLimits.MaxInboundBytes);
        }
        catch (Exception e) when (e is PeerGoneException or ObjectDisposedException)
        {
            // The thread that reads its reports notices its end, and tells everybody.
        }
    }

    private void ReadReports()
    {
        var reader = new BlockingFrameReader(_process.Output, FrameLimits.MaxInboundBytes);
        try
        {
            while (reader.TryRead(out var frame))
            {
                Take(frame[FrameLimits.HeaderBytes..]);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            Kill($"It wrote what is no report: {e.Message}");
        }

        End();
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        _hangs.Hear();
        if (TokenFrame.IsOne(json))
        {
            FindGeneration(TokenFrame.NumberOf(json))?.AddText(json);
            return;
        }

        var report = JsonSerializer.Deserialize(json, WorkerJson.Default.WorkerReport) ?? throw new JsonException("A report is null.");
        switch (report)
        {
            case { Version: { } version }:
                _version = version;
                if (version != HostVersion.Text)
                {
                    _loaded.TrySetException(WorkerFailures.UpdatedTo(version));
                }

                break;
            case { Progress: { } part }:
                _loadProgress?.Report(part);
                break;
            case { Loaded: { } loaded }:
                _ = _version is null ? _loaded.TrySetException(WorkerFailures.UpdatedTo("another version")) : _loaded.TrySetResult(loaded);
                break;
            case { Number: 0, Failure: { } failure }:
                _loaded.TrySetException(WorkerFailures.ExceptionOf(failure));
                break;
            case { Prefill: { } prefill }:
                FindGeneration(report.Number)?.AddPrefill(prefill);
                break;
            case { Call: { } call }:
                FindGeneration(report.Number)?.AddCall(call);
                break;
            case { Result: { } result }:
                (Take(report.Number) as WorkerGeneration)?.End(result);
                break;
            case { TokenCount: { } count }:
                (Take(report.Number) as WorkerAnswer<int>)?.End(count);
                break;
            case { Vectors: { } vectors }:
                (Take(report.Number) as WorkerAnswer<VectorsReport>)?.End(vectors);
                break;
            case { Ranks: { } ranks }:
                (Take(report.Number) as WorkerAnswer<RerankResult>)?.End(ranks);
                break;
            case { Failure: { } failure }:
                Take(report.Number)?.Fail(WorkerFailures.ExceptionOf(failure));
                break;
        }
    }

    private WorkerGeneration? FindGeneration(int number)
    {
        lock (_gate)
        {
            return _work.GetValueOrDefault(number) as WorkerGeneration;
        }
    }

    private WorkerWork? Take(int number)
    {
        lock (_gate)
        {
            return _work.Remove(number, out var work) ? work : null;
        }
    }

    private void End()
    {
        var exitCode = _process.WaitForExit();
        var lines = _lines.Last(LastLinesWait);
        List<WorkerWork> left;
        EngineCrashedException crash;
        lock (_gate)
        {
            crash = new EngineCrashedException(
                $"The engine's process ended with {exitCode}. {_reason ?? "It crashed, or the system ended it."} The next request loads the model again.",
                lines);
            _crash = crash;
            left = [.. _work.Values];
            _work.Clear();
            if (!_isUnwanted)
            {
                _log.WorkerCrashed(ProcessId, exitCode, _reason);
            }
        }

        _loaded.TrySetException(crash);
        left.ForEach(work => work.Fail(crash));
        _ended.SetResult();
    }
}
