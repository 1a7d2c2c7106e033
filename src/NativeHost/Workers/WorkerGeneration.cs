using System.Text;
using NativeHost.Inference;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;

namespace NativeHost.Workers;

/// <summary>One generation as the broker sees it: its events, and the text that they sum up to.</summary>
/// <remarks>Written by the thread that reads the worker's reports, and ended by whoever notices the worker's end first.</remarks>
internal sealed class WorkerGeneration : WorkerWork
{
    private readonly OutputBuffer _text = new();
    private readonly List<(ToolCall Head, OutputBuffer Arguments)> _calls = [];
    private readonly List<ReadOnlyMemory<byte>> _tokenLogProbs = [];
    private OutputBuffer? _reasoning;
    private OutputBuffer? _logProbs;
    private byte[] _piece = new byte[1024];

    public WorkerGeneration() => Events = new EventRelay(resumesInline: true, onRoom: () => OnPause?.Invoke());

    /// <summary>What its reader reads.</summary>
    public EventRelay Events { get; }

    /// <summary>Called, on any thread, when its reader falls far behind and when it has caught up: nobody else shall wait for that.</summary>
    public Action? OnPause { get; set; }

    public override bool IsPaused => Events.IsRoomAwaited;

    public void AddText(ReadOnlySpan<byte> json)
    {
        if (_piece.Length < json.Length)
        {
            _piece = new byte[json.Length];
        }

        var length = TokenFrame.Read(json, _piece, out var tokenCount, out var kind);
        var buffer = kind switch
        {
            GenerationEventKind.Reasoning => _reasoning ??= new OutputBuffer(),
            GenerationEventKind.ToolArguments => _calls[^1].Arguments,
            GenerationEventKind.LogProbs => _logProbs ??= new OutputBuffer(),
            _ => _text,
        };
        var start = buffer.Count;
        buffer.Append(_piece.AsSpan(0, length));
        if (kind == GenerationEventKind.LogProbs)
        {
            _tokenLogProbs.Add(buffer.Slice(start, length));
        }

        Add(new GenerationEvent(kind, buffer.Slice(start, length), tokenCount, CallIndex: Math.Max(0, _calls.Count - 1)));
    }

    public void AddCall(CallReport report)
    {
        var call = new ToolCall(report.Id, report.Name, "");
        _calls.Add((call, new OutputBuffer(firstBytes: 256)));
        Add(new GenerationEvent(GenerationEventKind.ToolCall, TokenCount: report.TokenCount, CallIndex: report.Index, Call: call));
    }

    public void AddPrefill(PrefillProgress progress) => Add(new GenerationEvent(GenerationEventKind.Prefill, Prefill: progress));

    public void End(ResultReport report)
    {
        var result = new GenerationResult(
            _text.Slice(0, _text.Count),
            report.Stop,
            report.StopText,
            [.. report.Tokens.Select(id => new Token(id))],
            report.PromptTokens,
            report.CachedTokens,
            TimeSpan.FromTicks(report.FirstTokenTicks),
            TimeSpan.FromTicks(report.DecodeTicks))
        {
            Reasoning = _reasoning?.Slice(0, _reasoning.Count) ?? default,
            ReasoningTokens = report.ReasoningTokens,
            LogProbs = _tokenLogProbs,
            ToolCalls = [.. _calls.Select(call => call.Head with { Arguments = Encoding.UTF8.GetString(call.Arguments.From(0)) })],
        };
        Events.Post(new GenerationEvent(GenerationEventKind.Completed, Result: result));
        Events.Complete(failure: null);
    }

    public override void LiftBound() => Events.LiftBound();

    public override void Fail(Exception failure) => Events.Complete(failure);

    private void Add(in GenerationEvent next)
    {
        Events.Post(next);
        if (!IsPaused && Events.IsFull)
        {
            OnPause?.Invoke();
        }
    }
}
