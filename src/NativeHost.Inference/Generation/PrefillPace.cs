namespace NativeHost.Inference.Generation;

/// <summary>How many tokens of prompts a step may compute while answers wait for their next token.</summary>
/// <remarks>As many as take about <see cref="LongestPause"/>, by what prompts have taken so far on this machine with this model.</remarks>
internal sealed class PrefillPace
{
    /// <summary>What an answer that is read as it grows may stop for. Shorter steps cost prompts more than they give answers.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(150);

    /// <summary>Fewer tokens at once cost nearly as much as these do: the weights are read either way.</summary>
    public const int LeastTokens = 16;

    // Until a step has been measured.
    private const int FirstTokens = 64;

    private double _tokensPerSecond;

    public int Tokens => _tokensPerSecond == 0
        ? FirstTokens
        : (int)Math.Clamp(_tokensPerSecond * LongestPause.TotalSeconds, LeastTokens, int.MaxValue);

    /// <summary>Learns from a step that has just ended.</summary>
    public void Observe(int tokens, double seconds)
    {
        if (tokens >= LeastTokens && seconds > 0)
        {
            var rate = tokens / seconds;
            _tokensPerSecond = _tokensPerSecond == 0 ? rate : (_tokensPerSecond * 3 + rate) / 4;
        }
    }
}
