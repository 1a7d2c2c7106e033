using System.Text;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;

namespace NativeHost.Inference.Generation;

/// <summary>An answer in its parts as it grows: what is for the user, what the model thinks, the tools that it calls.</summary>
internal sealed class ParsedAnswer
{
    private readonly OutputParser _parser;
    private readonly ControlPieces _pieces;
    private readonly IGenerationOutlet _outlet;
    private readonly OutputBuffer _text = new();
    private readonly OutputBuffer _reasoning = new(firstBytes: 1024);
    private readonly List<(ToolCall Head, StringBuilder Arguments)> _calls = [];

    public ParsedAnswer(OutputReading reading, GenerationRequest request, IGenerationOutlet outlet)
    {
        var taken = request.Messages.SelectMany(message => message.ToolCalls ?? []).Select(call => call.Id);
        _parser = new OutputParser(reading.Format, request.ToolUse == ToolUse.None ? [] : request.Tools, taken, reading.PromptEnd);
        (_pieces, _outlet) = (reading.Pieces, outlet);
    }

    /// <summary>Whether the model thinks now.</summary>
    public bool IsReasoning => _parser.IsReasoning;

    /// <summary>What makes the model answer where it thinks; null where it does not think at all.</summary>
    public string? ReasoningEnd => _parser.ReasoningEnd;

    /// <summary>Tokens that it thought with.</summary>
    public int ReasoningTokens { get; private set; }

    public ReadOnlyMemory<byte> Text => _text.Slice(0, _text.Count);

    public ReadOnlyMemory<byte> Reasoning => _reasoning.Slice(0, _reasoning.Count);

    public IReadOnlyList<ToolCall> Calls => [.. _calls.Select(call => call.Head with { Arguments = call.Arguments.ToString() })];

    /// <summary>The text of a control token that says something here, in UTF-8; empty for any other token.</summary>
    public ReadOnlySpan<byte> PieceOf(Token token) => _pieces.Of(token);

    /// <summary>Counts a token.</summary>
    public void Count()
    {
        if (_parser.IsReasoning)
        {
            ReasoningTokens++;
        }
    }

    /// <param name="utf8">What the model wrote, whole characters.</param>
    /// <param name="tokens">Tokens made so far.</param>
    public void Write(ReadOnlySpan<byte> utf8, int tokens)
    {
        if (!utf8.IsEmpty)
        {
            Send(_parser.Write(utf8), tokens);
        }
    }

    /// <summary>Sends what is still held back.</summary>
    /// <inheritdoc cref="Write"/>
    public void Finish(int tokens) => Send(_parser.Finish(), tokens);

    private void Send(IReadOnlyList<OutputDelta> deltas, int tokens)
    {
        foreach (var delta in deltas)
        {
            switch (delta.Kind)
            {
                case OutputDeltaKind.Content:
                    _outlet.Send(new GenerationEvent(GenerationEventKind.Text, Append(_text, delta.Text), tokens));
                    break;
                case OutputDeltaKind.Reasoning:
                    _outlet.Send(new GenerationEvent(GenerationEventKind.Reasoning, Append(_reasoning, delta.Text), tokens));
                    break;
                case OutputDeltaKind.CallBegin:
                    var call = new ToolCall(delta.Id!, delta.Name!, "");
                    _calls.Add((call, new StringBuilder()));
                    _outlet.Send(new GenerationEvent(GenerationEventKind.ToolCall, TokenCount: tokens, CallIndex: delta.Index, Call: call));
                    break;
                case OutputDeltaKind.CallArguments:
                    _calls[delta.Index].Arguments.Append(delta.Text);
                    _outlet.Send(new GenerationEvent(GenerationEventKind.ToolArguments, Encoding.UTF8.GetBytes(delta.Text), tokens, CallIndex: delta.Index));
                    break;
            }
        }
    }

    private static ReadOnlyMemory<byte> Append(OutputBuffer buffer, string text)
    {
        var start = buffer.Count;
        buffer.Append(Encoding.UTF8.GetBytes(text));
        return buffer.Slice(start, buffer.Count - start);
    }
}
