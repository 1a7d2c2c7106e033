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

    // A guess grows while guesses are right: a wrong one is to cost little. Kernels take four tokens at once.
    private const int FirstGuess = 3;

    // After a failure, and after each further one twice as many, up to the last: tokens without a guess.
    private const int FirstRest = 4;
    private const int LongestRest = 128;

    // How much the last step counts beside those before.
    private const double Weight = 0.2;

    private readonly Token[] _run = new Token[LongestGuess + 1];
    private int _length = FirstGuess;
    private int _guessed;
    private int _rest;
    private int _nextRest = FirstRest;
    private bool _hasPlainStep;
    private double _plainSeconds;
    private double _guessSeconds;

    // How many of the last tokens are looked for: many first, which tell more. Three stand together too often without what follows them.
    private static ReadOnlySpan<int> Patterns => [24, 6];

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
        if (!_hasPlainStep || most < 1)
        {
            return 0;
        }

        ReadOnlySpan<Token> following = [];
        foreach (var length in Patterns)
        {
            following = following.IsEmpty ? FollowingOf(held, last, length) : following;
        }

        _guessed = Math.Min(Math.Min(following.Length, most), _length);
        following[.._guessed].CopyTo(_run.AsSpan(1));
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
            _length = made > _guessed ? Math.Min((_length * 2) + 1, LongestGuess) : Math.Max(made, FirstGuess);
            return;
        }

        _length = FirstGuess;
        _rest = _nextRest;
        _nextRest = Math.Min(_nextRest * 2, LongestRest);

        // What the next guess takes is to count alone, or a bad one would be remembered for ever.
        _guessSeconds = 0;
    }

    /// <summary>What stands behind the last place where these tokens stood before.</summary>
    private static ReadOnlySpan<Token> FollowingOf(ReadOnlySpan<Token> held, Token last, int length)
    {
        if (held.Length < length)
        {
            return [];
        }

        var ids = MemoryMarshal.Cast<Token, int>(held);
        Span<int> pattern = stackalloc int[length];
        ids[^(length - 1)..].CopyTo(pattern);
        pattern[^1] = last.Id;
        var at = ids.LastIndexOf(pattern);
        return at < 0 ? [] : held[(at + length)..];
    }

    private static double Mean(double mean, double next) => mean == 0 ? next : mean + ((next - mean) * Weight);
}
