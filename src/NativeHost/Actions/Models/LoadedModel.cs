using System.Collections.Concurrent;
using NativeHost.Inference;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>A model in memory, shared by the callers that loaded it.</summary>
/// <remarks>Its mutable parts belong to <see cref="ModelShelf"/>, which guards them.</remarks>
internal sealed class LoadedModel(string path, IModelHost host, ModelLoadOptions options, DateTimeOffset loadedAt)
{
    /// <summary>Between a load and the request that it was for there may be so much time.</summary>
    private static readonly TimeSpan LeastKeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>Its name on the wire: the absolute path of its file, or where it is in a repository.</summary>
    public string Path { get; } = path;

    public IModelHost Host { get; } = host;

    /// <summary>What it was loaded with, as it was asked for.</summary>
    public ModelLoadOptions Options { get; } = options;

    public DateTimeOffset LoadedAt { get; } = loadedAt;

    /// <summary>The figures of each caller's last generation. Safe to use from any thread.</summary>
    public ConcurrentDictionary<Caller, GenerationFigures> LastGenerations { get; } = [];

    /// <summary>
    /// The callers that loaded it and have not unloaded it, and how long each wants it kept without use;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for always.
    /// </summary>
    internal Dictionary<Caller, TimeSpan> Holders { get; } = [];

    /// <summary>When it was loaded, or a generation on it began or ended, as a timestamp of the shelf's clock.</summary>
    internal long LastUse { get; set; }

    /// <summary>The generations that run or wait on it.</summary>
    internal List<RunningGeneration> Running { get; } = [];

    /// <summary>How long after its last use it leaves memory; null while it is in use, and where somebody wants it kept always.</summary>
    internal TimeSpan? KeptFor
        => Running.Count > 0 || Holders.ContainsValue(Timeout.InfiniteTimeSpan) ? null : Holders.Values.Append(LeastKeepAlive).Max();

    /// <summary>Whether anybody else holds it, or has generations on it.</summary>
    internal bool IsUsedBesides(Caller caller)
        => Holders.Keys.Any(holder => holder != caller) || Running.Exists(running => running.Caller != caller);
}

/// <summary>One generation that runs or waits; it ends when this is disposed. Safe to call from any thread.</summary>
#pragma warning disable CA1001 // The source has no timer and no handle to free, and a stop may come after the end.
internal sealed class RunningGeneration(ModelShelf shelf, LoadedModel model, Caller caller, RequestId? id) : IDisposable
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _answer = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoadedModel Model { get; } = model;

    public Caller Caller { get; } = caller;

    /// <summary>The request that asked for it.</summary>
    public RequestId? Id { get; } = id;

    /// <summary>Cancelled when the generation is to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Cancelled when the model is to think no longer.</summary>
    public CancellationToken Answering => _answer.Token;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Asks it to stop; it ends soon after, on another thread: whoever asks may hold a lock that its end needs.</summary>
    public void Stop() => _ = _stop.CancelAsync();

    /// <summary>Lets the model answer where it thinks; on another thread, as a stop.</summary>
    public void AnswerNow() => _ = _answer.CancelAsync();

    public void Dispose()
    {
        shelf.End(this);
        _ended.TrySetResult();
    }
}
