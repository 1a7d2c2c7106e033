using System.Runtime.InteropServices;

namespace NativeHost.Inference.Sampling;

/// <summary>Makes tokens less likely that were seen among the last ones, prompt included.</summary>
internal sealed class Penalties : ILogitRule
{
    private readonly float _repetition;
    private readonly float _frequency;
    private readonly float _presence;

    // The last tokens as a ring: the oldest lies where the next one goes, once it is full.
    private readonly int[] _window;
    private readonly Dictionary<int, int> _counts;
    private int _next;
    private int _filled;

    /// <param name="window">Number of last tokens that count, at least 1.</param>
    public Penalties(SamplingOptions options, int window)
    {
        _repetition = options.RepetitionPenalty;
        _frequency = options.FrequencyPenalty;
        _presence = options.PresencePenalty;
        _window = new int[window];
        _counts = new Dictionary<int, int>(window + 1);
    }

    /// <summary>Counts a token as seen; the oldest one in a full window is forgotten.</summary>
    public void Remember(Token token)
    {
        if (_filled == _window.Length)
        {
            Forget(_window[_next]);
        }
        else
        {
            _filled++;
        }

        _window[_next] = token.Id;
        _next = (_next + 1) % _window.Length;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, token.Id, out _)++;
    }

    /// <param name="logits">One per vocabulary entry.</param>
    public void Apply(Span<float> logits)
    {
        foreach (var (id, count) in _counts)
        {
            ref var logit = ref logits[id];
            logit = logit <= 0f ? logit * _repetition : logit / _repetition;
            logit -= (count * _frequency) + _presence;
        }
    }

    private void Forget(int id)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, id);
        if (--count == 0)
        {
            _counts.Remove(id);
        }
    }
}
