using System.Globalization;
using System.Text;
using NativeHost.Actions.Models;
using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Generation;

/// <summary>A whole answer, with its figures.</summary>
internal sealed record GenerationPayload
{
    /// <summary>
    /// Most bytes of text in one final frame. JSON may make six of one, and the frame holds 1 MiB; the stream had it all.
    /// </summary>
    private const int MaxOutputBytes = 160 * 1024;

    public required string Output { get; init; }

    /// <summary>The same text again, for clients that read this field; null where the frame has no room for it.</summary>
    public string? GeneratedText { get; init; }

    /// <summary>True where the text is cut to fit the frame; the events held all of it.</summary>
    public bool? OutputTruncated { get; init; }

    /// <summary><c>end_of_turn</c>, <c>max_tokens</c>, <c>stop_text</c>, <c>context_full</c> or <c>stopped</c>.</summary>
    public required string StopReason { get; init; }

    /// <summary>The stop text that ended it.</summary>
    public string? StopText { get; init; }

    /// <summary>Tokens a second, as a text with one decimal.</summary>
    public required string Tps { get; init; }

    /// <summary>Tokens generated.</summary>
    public required int NumTokens { get; init; }

    public required int PromptTokens { get; init; }

    /// <summary>Tokens of the prompt that were not computed again.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Milliseconds until the first token.</summary>
    public required double TimeToFirstToken { get; init; }

    public required string ModelPath { get; init; }

    /// <summary>The stream's name, as in its events; null where it was stopped before there was one.</summary>
    public required string? StreamId { get; init; }

    /// <summary>Number of the stream's last event.</summary>
    public required long Seq { get; init; }

    public static GenerationPayload Of(string modelPath, GenerationResult result, string? streamId, long seq)
    {
        var (text, isCut) = Cut(result.Text.Span);
        return new GenerationPayload
        {
            Output = text,
            GeneratedText = result.Text.Length <= MaxOutputBytes / 2 ? text : null,
            OutputTruncated = isCut ? true : null,
            StopReason = NameOf(result.Stop),
            StopText = result.StopText,
            Tps = ModelPayload.Speed(result).ToString("0.0", CultureInfo.InvariantCulture),
            NumTokens = result.Tokens.Count,
            PromptTokens = result.PromptTokens,
            CachedTokens = result.CachedTokens,
            TimeToFirstToken = result.TimeToFirstToken.TotalMilliseconds,
            ModelPath = modelPath,
            StreamId = streamId,
            Seq = seq,
        };
    }

    private static string NameOf(StopReason reason) => reason switch
    {
        Inference.Generation.StopReason.EndOfTurn => "end_of_turn",
        Inference.Generation.StopReason.MaxTokens => "max_tokens",
        Inference.Generation.StopReason.StopText => "stop_text",
        Inference.Generation.StopReason.ContextFull => "context_full",
        _ => "stopped",
    };

    private static (string Text, bool IsCut) Cut(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= MaxOutputBytes)
        {
            return (Encoding.UTF8.GetString(utf8), false);
        }

        // Back to the first byte of a character, so that none is cut.
        var end = MaxOutputBytes;
        while ((utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return (Encoding.UTF8.GetString(utf8[..end]), true);
    }
}
