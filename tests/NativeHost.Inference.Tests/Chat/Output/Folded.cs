using System.Text;
using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>An output's deltas put together.</summary>
internal sealed record Folded(string Content, string Reasoning, IReadOnlyList<FoldedCall> Calls)
{
    /// <summary>Tools for outputs that need not name others.</summary>
    public static IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        new("get_weather", "Tells the weather.", """
            {"type":"object","properties":{"place":{"type":"string","description":"A town."},"days":{"type":"integer","description":"How many."},
            "exact":{"type":"boolean","description":"Whether to round."},"limit":{"type":"number","description":"A limit."},
            "parts":{"type":"array","items":{"type":"string"},"description":"What of it."},
            "where":{"type":"object","properties":{"lat":{"type":"number","description":"Degrees."}},"description":"A place."},
            "code":{"type":["string","null"],"description":"A code."}},"required":["place"]}
            """),
        new("now", "Tells the time.", """{"type":"object","properties":{}}"""),
    ];

    /// <summary>The names of the parts in their order, neighbours of one kind once.</summary>
    public string Order { get; init; } = "";

    public bool Equals(Folded? other) =>
        other is not null && Content == other.Content && Reasoning == other.Reasoning && Order == other.Order && Calls.SequenceEqual(other.Calls);

    public override int GetHashCode() => HashCode.Combine(Content, Reasoning, Order);

    /// <summary>Parses an output in one piece and in others: the result is the same for all of them.</summary>
    public static Folded Parse(OutputFormat format, string output, IReadOnlyList<ToolDefinition>? tools = null, string prompt = "")
    {
        var bytes = Encoding.UTF8.GetBytes(output);
        var whole = Parse(format, [bytes], tools, prompt);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(whole, Parse(format, [bytes[..cut], bytes[cut..]], tools, prompt));
        }

        Assert.Equal(whole, Parse(format, [.. bytes.Select(one => (byte[])[one])], tools, prompt));
        return whole;
    }

    public static Folded Parse(string style, string output, IReadOnlyList<ToolDefinition>? tools = null, string prompt = "") =>
        Parse(new OutputFormat(Style(style), null), output, tools, prompt);

    public static CallStyle Style(string name) => CallStyles.All.Append(CallStyles.Generic).Single(style => style.Name == name);

    private static Folded Parse(OutputFormat format, byte[][] pieces, IReadOnlyList<ToolDefinition>? tools, string prompt)
    {
        var parser = new OutputParser(format, tools ?? Tools, [], prompt);
        var fold = new Folding();
        foreach (var piece in pieces)
        {
            fold.Add(parser.Write(piece));
        }

        fold.Add(parser.Finish());
        Assert.False(parser.IsReasoning);
        return fold.Result();
    }

    private sealed class Folding
    {
        private readonly StringBuilder _content = new();
        private readonly StringBuilder _reasoning = new();
        private readonly List<(string Name, StringBuilder Arguments, bool? IsComplete)> _calls = [];
        private readonly List<string> _order = [];

        public void Add(IReadOnlyList<OutputDelta> deltas)
        {
            foreach (var delta in deltas)
            {
                Add(delta);
                if (_order.Count == 0 || _order[^1] != delta.Kind.ToString())
                {
                    _order.Add(delta.Kind.ToString());
                }
            }
        }

        public Folded Result()
        {
            Assert.All(_calls, call => Assert.NotNull(call.IsComplete));
            Assert.All(_calls.Where(call => call.IsComplete == true), call => JsonDocument.Parse(call.Arguments.ToString()).Dispose());
            return new(_content.ToString(), _reasoning.ToString(),
                [.. _calls.Select(call => new FoldedCall(call.Name, call.Arguments.ToString(), call.IsComplete == true))])
            {
                Order = string.Join(' ', _order),
            };
        }

        private void Add(OutputDelta delta)
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
                    Assert.Equal(_calls.Count, delta.Index);
                    Assert.False(string.IsNullOrEmpty(delta.Id));
                    _calls.Add((delta.Name!, new StringBuilder(), null));
                    break;
                case OutputDeltaKind.CallArguments:
                    Assert.Equal(_calls.Count - 1, delta.Index);
                    Assert.Null(_calls[^1].IsComplete);
                    _calls[^1].Arguments.Append(delta.Text);
                    break;
                case OutputDeltaKind.CallEnd:
                    Assert.Equal(_calls.Count - 1, delta.Index);
                    _calls[^1] = _calls[^1] with { IsComplete = delta.IsComplete };
                    break;
            }
        }
    }
}

/// <summary>A call's deltas put together.</summary>
internal sealed record FoldedCall(string Name, string Arguments, bool IsComplete = true);
