using System.Runtime.InteropServices;

namespace NativeHost.Inference.Generation;

/// <summary>Guesses the next tokens of an answer: those that followed the last few where these stood before, in the prompt or the answer.</summary>
/// <remarks>
/// A guess is computed in the same step as the token before it, and taken only where the sampler then chooses just that token. So answers
/// are the same, and those that repeat what was asked come faster. Where guesses do not pay, by what steps take, there are none for a while.
/// </remarks>
internal sealed class PromptLookup
{
    /// <summary>Most tokens of a guess.</summary>
    public const int LongestGuess = 8;

    // Two tokens stand together too often without what follows them.
    private const int Pattern = 3;

    // After a failure, and after each further one twice as many, up to the last: tokens without a guess.
    private const int FirstRest = 2;
    private const int LongestRest = 64;

    // How much the last step counts beside those before.
    private const double Weight = 0.2;

    private readonly Token[] _run = new Token[LongestGuess + 1];
    private int _guessed;
    private int _rest;
    private int _nextRest = FirstRest;
    private bool _hasPlainStep;
    private double _plainSeconds;
    private double _guessSeconds;

    /// <summary>The token to compute and the tokens that were guessed to follow it.</summary>
    public ReadOnlySpan<Token> Run => _run.AsSpan(0, _guessed + 1);

    /// <summary>Guesses.</summary>
    /// <param name="held">The tokens of the sequence.</param>
    /// <param name="last">The token that comes behind them.</param>
    /// <param name="most">Most tokens that may be guessed.</param>
    /// <returns>Number of tokens guessed.</returns>
    public int Guess(ReadOnlySpan<Token> held, Token last, int most)
    {
        _run[0] = last;
        _guessed = 0;
        if (_rest > 0)
        {
            _rest--;
            return 0;
        }

        // There is nothing to hold a guess against before.
        if (!_hasPlainStep || held.Length < Pattern || most < 1)
        {
            return 0;
        }

        var ids = MemoryMarshal.Cast<Token, int>(held);
        ReadOnlySpan<int> pattern = [ids[^2], ids[^1], last.Id];
        var at = ids.LastIndexOf(pattern);
        if (at >= 0)
        {
            var following = held[(at + Pattern)..];
            _guessed = Math.Min(Math.Min(following.Length, most), LongestGuess);
            following[.._guessed].CopyTo(_run.AsSpan(1));
        }

        return _guessed;
    }

    /// <summary>Learns from a step.</summary>
    /// <param name="made">Tokens that it made.</param>
    /// <param name="seconds">What it took.</param>
    public void Observe(int made, double seconds)
    {
        if (_guessed == 0)
        {
            _hasPlainStep = true;
            _plainSeconds = Mean(_plainSeconds, seconds / made);
            return;
        }

        _guessSeconds = Mean(_guessSeconds, seconds / made);
        if (made > 1 && _guessSeconds <= _plainSeconds)
        {
            _nextRest = FirstRest;
            return;
        }

        _rest = _nextRest;
        _nextRest = Math.Min(_nextRest * 2, LongestRest);

        // What the next guess takes is to count alone, or a bad one would be remembered for ever.
        _guessSeconds = 0;
    }

    private static double Mean(double mean, double next) => mean == 0 ? next : mean + ((next - mean) * Weight);
}
