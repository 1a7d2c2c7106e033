using NativeHost.Inference.Generation;

namespace NativeHost.Actions.Models;

/// <summary>How long a generation was and how long it took.</summary>
/// <param name="DecodeTime">From the first token to the last.</param>
internal readonly record struct GenerationFigures(int PromptTokens, int AnswerTokens, TimeSpan TimeToFirstToken, TimeSpan DecodeTime)
{
    /// <summary>Tokens a second after the first one; 0 where there were no more.</summary>
    public double TokensPerSecond => DecodeTime > TimeSpan.Zero ? (AnswerTokens - 1) / DecodeTime.TotalSeconds : 0;

    public static GenerationFigures Of(GenerationResult result) => new(result.PromptTokens, result.Tokens.Count, result.TimeToFirstToken, result.DecodeTime);
}
