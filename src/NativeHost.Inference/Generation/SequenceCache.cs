using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NativeHost.Inference.Generation;

/// <summary>One sequence of a model together with the tokens it holds, so that a prompt's known start is not computed again.</summary>
/// <remarks>Not thread-safe: the model's scheduler thread owns it.</remarks>
internal sealed class SequenceCache
{
    private readonly ILanguageModel _model;
    private readonly int _sequence;
    private readonly StepBatch _batch;
    private readonly List<Token> _tokens = [];
    private string? _owner;

    // False from the start of a step until it returns: a step that throws leaves a sequence nobody knows the content of.
    private bool _isTrusted = true;

    /// <param name="stepTokens">Most tokens of one <see cref="Append"/>.</param>
    public SequenceCache(ILanguageModel model, int sequence, int stepTokens)
    {
        _model = model;
        _sequence = sequence;
        _batch = new StepBatch(stepTokens);
    }

    /// <summary>Makes room in the list, so that the tokens of a generation do not grow it.</summary>
    public void Reserve(int tokens) => _tokens.EnsureCapacity(tokens);

    /// <summary>Drops all but the start that the sequence shares with <paramref name="prompt"/>, and never keeps the prompt's last token.</summary>
    /// <param name="owner">Whose prompt it is; nothing is kept of another's, or how much is kept would tell what the other asked.</param>
    /// <returns>Number of tokens kept; at least one of the prompt's is left, because its logits are needed.</returns>
    /// <exception cref="EngineException">The engine cannot empty its sequence.</exception>
    public int KeepStartOf(List<Token> prompt, string? owner)
    {
        if (owner != _owner)
        {
            if (_tokens.Count > 0 || !_isTrusted)
            {
                Clear();
            }

            _owner = owner;
        }

        var known = _isTrusted ? CollectionsMarshal.AsSpan(_tokens) : [];
        var common = CollectionsMarshal.AsSpan(prompt)[..^1].CommonPrefixLength(known);
        if (_isTrusted && common == _tokens.Count)
        {
            return common;
        }

        if (common > 0 && _model.TryRewind(_sequence, common))
        {
            _tokens.RemoveRange(common, _tokens.Count - common);
            return common;
        }

        Clear();
        return 0;
    }

    /// <summary>Appends tokens, with the logits after the last of them where they are wanted.</summary>
    /// <exception cref="EngineException">The engine failed; the next <see cref="KeepStartOf"/> begins from nothing.</exception>
    public StepOutcome Append(ReadOnlySpan<Token> tokens, bool wantsLogits, AbortSignal abort)
    {
        _batch.Clear();
        _batch.Add(_sequence, tokens, wantsLogits);

        _isTrusted = false;
        var outcome = _model.Step(_batch, abort);
        _isTrusted = true;

        var position = _model.Position(_sequence);
        if (position < _tokens.Count)
        {
            // It cannot say what it holds after half a step, and has let go of all.
            _tokens.RemoveRange(position, _tokens.Count - position);
        }
        else
        {
            _tokens.AddRange(tokens[..(position - _tokens.Count)]);
        }

        Debug.Assert(_model.Position(_sequence) == _tokens.Count, "The list and the model's sequence grow together.");
        return outcome;
    }

    /// <summary>The logits after the last token of the last <see cref="Append"/>.</summary>
    public Span<float> Logits() => _model.Logits(0);

    private void Clear()
    {
        if (!_model.TryRewind(_sequence, 0))
        {
            throw new EngineException("The model could not empty its sequence.");
        }

        _tokens.Clear();
        _isTrusted = true;
    }
}
