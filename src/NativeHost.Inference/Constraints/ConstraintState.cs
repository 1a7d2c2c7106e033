using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Masks;

namespace NativeHost.Inference.Constraints;

/// <summary>How far one generation has come in a constraint. Small: to copy it costs nothing, and it may be used again from any earlier copy.</summary>
/// <remarks>Only what is generated advances it, not the prompt. Not thread-safe.</remarks>
public sealed class ConstraintState
{
    private readonly Constraint _constraint;
    private Configuration _at;

    internal ConstraintState(Constraint constraint, Configuration at) => (_constraint, _at) = (constraint, at);

    /// <summary>Whether the text may end here: tokens that end the turn are allowed.</summary>
    public bool IsComplete => _at.IsComplete;

    /// <summary>Whether the text is complete and nothing may follow.</summary>
    public bool IsFinished => _at is { IsComplete: true, Items: [] };

    internal Configuration At => _at;

    public ConstraintState Copy() => new(_constraint, _at);

    /// <summary>Goes on by a token.</summary>
    /// <returns>False where it is not allowed; the state is then as it was.</returns>
    public bool Accept(Token token)
    {
        var next = _constraint.Follow(_at, token);
        if (next is null)
        {
            return false;
        }

        _at = next;
        return true;
    }

    /// <summary>Makes the tokens impossible that may not come next: minus infinity.</summary>
    /// <param name="logits">One for each token of the vocabulary.</param>
    /// <exception cref="ConstraintException">There are too many ways to read the text so far.</exception>
    public void Apply(Span<float> logits) => Mask().Apply(logits);

    /// <summary>Whether a token may come next.</summary>
    /// <inheritdoc cref="Apply"/>
    public bool Allows(Token token) => Mask().Allows(token);

    /// <summary>The tokens that may come next, where they are few; where they are many, does as <see cref="Apply"/>.</summary>
    /// <returns>Their ids in order; null where they are many.</returns>
    /// <inheritdoc cref="Apply"/>
    internal int[]? ApplyUnlessFew(Span<float> logits)
    {
        var mask = Mask();
        if (mask.Few is null)
        {
            mask.Apply(logits);
        }

        return mask.Few;
    }

    /// <summary>Goes on by a token, or by the first that is allowed where this one is not: all that are may have been made impossible by a bias, or by the model.</summary>
    /// <returns>The token.</returns>
    internal Token Take(Token token)
    {
        if (Accept(token))
        {
            return token;
        }

        var first = Mask().First;
        Accept(first);
        return first;
    }

    internal TokenMask Mask() => _constraint.MaskOf(ref _at);
}
