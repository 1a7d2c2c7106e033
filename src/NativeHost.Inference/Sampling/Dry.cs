using System.Runtime.InteropServices;

namespace NativeHost.Inference.Sampling;

/// <summary>Makes a token less likely that would prolong a repetition of what was there before: the longer the repetition, the more.</summary>
/// <remarks>
/// "Don't repeat yourself", text-generation-webui pull request 5677. A repetition does not reach across a breaker, such as the end of a line, so that lists and
/// dialogues keep their form, and a breaker itself is never made less likely.
/// </remarks>
internal sealed class Dry : ILogitRule
{
    /// <summary>Of most conversations; where there are more, the buffers grow.</summary>
    private const int UsualTokens = 4096;

    /// <summary>Tokens that prolong one, of most texts.</summary>
    private const int UsualRepetitions = 64;

    private readonly SamplingOptions _options;
    private readonly BreakerFinder _breakers;
    private readonly int _window;
    private readonly List<int> _seen;
    private readonly Dictionary<int, int> _lengths = new(UsualRepetitions);
    private int[] _matches;
    private int _sinceBreaker;

    /// <param name="window">Number of last tokens that are looked through, at least 1.</param>
    public Dry(SamplingOptions options, int window, ITokenizer tokenizer)
    {
        (_options, _window, _breakers) = (options, window, new BreakerFinder(options.DryBreakers, tokenizer));
        _seen = new List<int>((int)Math.Min(2L * window, UsualTokens));
        _matches = new int[Math.Min(window, UsualTokens)];
    }

    public void Remember(Token token)
    {
        if (_seen.Count == 2L * _window)
        {
            _seen.RemoveRange(0, _window);
        }

        _seen.Add(token.Id);
        _sinceBreaker = _breakers.Ends(token) ? 0 : _sinceBreaker + 1;
    }

    public void Apply(Span<float> logits)
    {
        var count = Math.Min(_seen.Count, _window);
        if (count <= _options.DryAllowedLength || _sinceBreaker < _options.DryAllowedLength)
        {
            return;
        }

        FindLengths(CollectionsMarshal.AsSpan(_seen)[^count..]);
        foreach (var (id, length) in _lengths)
        {
            if (_breakers.IsIn(new Token(id)))
            {
                continue;
            }

            // Of a base above 1 the power may be beyond all numbers.
            var penalty = _options.DryMultiplier * MathF.Pow(_options.DryBase, length - _options.DryAllowedLength);
            logits[id] -= MathF.Min(penalty, float.MaxValue / 2);
        }
    }

    /// <summary>Of each token that followed what the last tokens are too, how long the longest such repetition is.</summary>
    /// <remarks>
    /// The Z function of the tokens in reverse order: how many at a place are as those at the end. One pass, because what is known of an earlier match holds inside it too.
    /// </remarks>
    private void FindLengths(ReadOnlySpan<int> tokens)
    {
        if (_matches.Length < tokens.Length)
        {
            _matches = new int[Math.Max(tokens.Length, Math.Min(_window, 2 * tokens.Length))];
        }

        _lengths.Clear();
        var (start, end) = (0, 0);
        for (var back = 1; back < tokens.Length; back++)
        {
            var length = back < end ? Math.Min(end - back, _matches[back - start]) : 0;
            while (back + length < tokens.Length && tokens[^(length + 1)] == tokens[^(back + length + 1)])
            {
                length++;
            }

            _matches[back] = length;
            if (back + length > end)
            {
                (start, end) = (back, back + length);
            }

            var counted = Math.Min(length, _sinceBreaker);
            if (counted >= _options.DryAllowedLength)
            {
                ref var longest = ref CollectionsMarshal.GetValueRefOrAddDefault(_lengths, tokens[^back], out _);
                longest = Math.Max(longest, counted);
            }
        }
    }
}
