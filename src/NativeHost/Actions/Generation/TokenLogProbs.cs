using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Generation;

/// <summary>How likely the tokens of an answer were.</summary>
/// <param name="Content">Each of them, those the model thought with and the one that ended its turn included.</param>
internal sealed record AnswerLogProbs(IReadOnlyList<TokenLogProb> Content)
{
    // With the text of the answer beside them they have to fit one frame.
    public const int MostBytes = 256 * 1024;

    /// <summary>Bytes of their JSON, about.</summary>
    [JsonIgnore]
    public long Bytes => JsonSerializer.SerializeToUtf8Bytes(Content, ActionsJson.Default.IReadOnlyListTokenLogProb).LongLength;

    /// <summary>Those of an answer; null where nobody asked for them.</summary>
    /// <param name="isCut">Whether they are too many for one frame, and are left out.</param>
    public static AnswerLogProbs? Of(GenerationResult result, out bool isCut)
    {
        isCut = result.LogProbs.Sum(token => (long)token.Length) > MostBytes;
        return result.LogProbs.Count == 0 || isCut ? null
            : new AnswerLogProbs([.. result.LogProbs.Select(token => JsonSerializer.Deserialize(token.Span, ActionsJson.Default.TokenLogProb)!)]);
    }
}

/// <summary>How likely a token was, and which others were likely.</summary>
/// <param name="Token">Its text; empty for a control token, and with U+FFFD where it is a part of a character.</param>
/// <param name="Logprob">The natural logarithm of its probability, before temperature and all else; -9999 for none.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="TopLogprobs">The likeliest tokens, the likeliest first; as many as were asked for.</param>
internal sealed record TokenLogProb(
    string Token,
    double Logprob,
    IReadOnlyList<int> Bytes,
    [property: JsonPropertyName("top_logprobs")] IReadOnlyList<LikelyToken> TopLogprobs);

/// <summary>A token that was likely.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Logprob">The natural logarithm of its probability.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record LikelyToken(string Token, double Logprob, IReadOnlyList<int> Bytes);
