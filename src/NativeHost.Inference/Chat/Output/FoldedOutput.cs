using System.Text;

namespace NativeHost.Inference.Chat.Output;

/// <summary>An output as a whole: its deltas put together.</summary>
internal sealed class FoldedOutput
{
    private readonly StringBuilder _content = new();
    private readonly StringBuilder _reasoning = new();
    private readonly List<(string Id, string Name, StringBuilder Arguments)> _calls = [];

    /// <summary>The answer; empty where there is none.</summary>
    public string Content => _content.ToString();

    /// <summary>What was thought before it; null where nothing was.</summary>
    public string? Reasoning => _reasoning.Length == 0 ? null : _reasoning.ToString();

    /// <summary>The calls in their order. The arguments of one that is unfinished are what there is of them.</summary>
    public IReadOnlyList<ToolCall> Calls => [.. _calls.Select(call => new ToolCall(call.Id, call.Name, call.Arguments.ToString()))];

    public void Add(IReadOnlyList<OutputDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            switch (delta.Kind)
            {
                case OutputDeltaKind.Content:
                    _content.Append(delta.Text);
                    break;
                case OutputDeltaKind.Reasoning:
                    _reasoning.Append(delta.Text);
                    break;
                case OutputDeltaKind.CallBegin:
                    _calls.Add((delta.Id!, delta.Name!, new StringBuilder()));
                    break;
                case OutputDeltaKind.CallArguments:
                    _calls[delta.Index].Arguments.Append(delta.Text);
                    break;
            }
        }
    }
}
