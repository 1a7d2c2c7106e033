using NativeHost.Inference.Constraints.Automata;
using NativeHost.Inference.Constraints.Masks;

namespace NativeHost.Inference.Constraints;

/// <summary>A constraint compiled for one vocabulary. What is learned of it while it is used, all its generations share.</summary>
/// <remarks>Safe to use from any thread; generations take turns for as long as a mask takes.</remarks>
public sealed class Constraint
{
    private readonly Automaton _automaton;
    private readonly ConfigurationSpace _space;
    private readonly VocabularyIndex _vocabulary;
    private readonly MaskMaker _masks;
    private readonly MaskShapes _shapes;
    private readonly Lock _gate;
    private long _maskBytes;

    internal Constraint(Automaton automaton, VocabularyIndex vocabulary, Lock gate)
    {
        automaton.SpellWith(vocabulary.IsByteToken);
        CheckSatisfiable(automaton);
        if (!automaton.IsSpelled[automaton.Start])
        {
            throw new ConstraintException("The model's vocabulary cannot spell what the constraint asks for: it has no tokens for some of the bytes. Use other characters.");
        }

        (_automaton, _vocabulary, _gate) = (automaton, vocabulary, gate);
        _space = new ConfigurationSpace(automaton);
        _masks = new MaskMaker(automaton, _space, vocabulary);
        if (_space.Start is { Items: [], IsComplete: true })
        {
            throw new ConstraintException("Nothing but the empty text satisfies the constraint. Ask for some text.");
        }

        _shapes = new MaskShapes(automaton, vocabulary.Texts.LongestToken);
    }

    /// <summary>States of its automaton.</summary>
    internal int StateCount => _automaton.States.Length;

    /// <summary>About what is kept for later tokens.</summary>
    internal long CachedBytes => _maskBytes + _space.Bytes;

    /// <summary>Starts a generation.</summary>
    public ConstraintState Start()
    {
        lock (_gate)
        {
            return new ConstraintState(this, _space.Start);
        }
    }

    /// <exception cref="ConstraintException">There is no text.</exception>
    internal static void CheckSatisfiable(Automaton automaton)
    {
        if (!automaton.IsLive[automaton.Start])
        {
            throw new ConstraintException("No text satisfies the constraint: parts of it contradict each other, or it goes on for ever. Loosen it.");
        }
    }

    /// <returns>Null where the token may not follow.</returns>
    internal Configuration? Follow(Configuration from, Token token)
    {
        token.Check(_vocabulary.Size);
        lock (_gate)
        {
            if (_vocabulary.Tokenizer.EndsGeneration(token))
            {
                return from.IsComplete ? from : null;
            }

            var to = from;
            var text = _vocabulary.Texts.Of(token.Id);
            if (text.IsEmpty)
            {
                to = _space.Next(from, _automaton.ClassOf(Automaton.AnyControl + 1 + Array.IndexOf(_automaton.Controls, token)));
            }

            for (var i = 0; i < text.Length && !to.IsDead; i++)
            {
                to = _space.Next(to, _automaton.ClassOf(text[i]));
            }

            return to.IsSpelled ? to : null;
        }
    }

    /// <param name="at">Becomes the same one again, where much was forgotten.</param>
    internal TokenMask MaskOf(ref Configuration at)
    {
        lock (_gate)
        {
            at = _space.Renew(at);
            if (at.Mask is { } known)
            {
                return known;
            }

            if (CachedBytes > ConstraintLimits.CacheBytes)
            {
                _space.Forget();
                _shapes.Clear();
                _maskBytes = 0;
                at = _space.Renew(at);
            }

            var mask = _shapes.GetOrMake(at, _masks);
            _maskBytes += mask.Bytes;
            return at.Mask = mask;
        }
    }
}
