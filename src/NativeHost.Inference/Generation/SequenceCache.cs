using System.Diagnostics;
using System.Runtime.InteropServices;
using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference.Generation;

/// <summary>One sequence of a model together with the tokens it holds, so that a prompt's known start is not computed again.</summary>
/// <remarks>Not thread-safe: the model's scheduler thread owns it.</remarks>
internal sealed class SequenceCache(ILanguageModel model, int sequence)
{
    private readonly List<Token> _tokens = [];
    private string? _owner;

    // False from the start of a step until it returns: a step that throws leaves sequences nobody knows the content of.
    private bool _isTrusted = true;

    // The same before the step under way.
    private bool _wasTrusted = true;

    /// <summary>The sequence's number.</summary>
    public int Sequence => sequence;

    /// <summary>Number of tokens that it holds for certain.</summary>
    public int Count => _isTrusted ? _tokens.Count : 0;

    /// <summary>Whether it takes none of the model's room.</summary>
    public bool IsEmpty => _isTrusted && _tokens.Count == 0;

    /// <summary>Whether what it holds is kept for the next start.</summary>
    public bool IsSaved { get; private set; }

    /// <summary>Whether anything in it may not be kept.</summary>
    public bool IsPrivate { get; set; }

    /// <summary>Whether a generation goes on in it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>When it was last begun or left, in an order of the caller's: the higher the later.</summary>
    public long LastUse { get; set; }

    /// <summary>Makes room in the list, so that the tokens of a generation do not grow it.</summary>
    public void Reserve(int tokens) => _tokens.EnsureCapacity(tokens);

    /// <summary>How much of a prompt it holds, without the prompt's last token: the logits after it are needed.</summary>
    /// <param name="owner">Whose prompt it is; nothing is shared with another's, or how much is would tell what the other asked.</param>
    public int SharedWith(List<Token> prompt, string? owner)
        => _isTrusted && owner == _owner ? CollectionsMarshal.AsSpan(prompt)[..^1].CommonPrefixLength(CollectionsMarshal.AsSpan(_tokens)) : 0;

    /// <summary>Drops all but the start that it shares with <paramref name="prompt"/>.</summary>
    /// <returns>Number of tokens kept; at least one of the prompt's is left.</returns>
    /// <exception cref="EngineException">The engine cannot empty its sequence.</exception>
    public int KeepStartOf(List<Token> prompt, string? owner)
    {
        var common = SharedWith(prompt, owner);
        if (!_isTrusted || (common < _tokens.Count && !TryKeep(common)))
        {
            Drop();
        }

        _owner = owner;
        return _tokens.Count;
    }

    /// <summary>Makes it begin as another of the same owner does; what it held is dropped.</summary>
    /// <returns>False where the model cannot; nothing has changed then.</returns>
    public bool TryForkFrom(SequenceCache source, int tokens)
    {
        if (!model.TryFork(source.Sequence, sequence, tokens))
        {
            return false;
        }

        _owner = source._owner;
        IsPrivate = source.IsPrivate;
        _isTrusted = true;
        IsSaved = false;
        _tokens.Clear();
        _tokens.AddRange(CollectionsMarshal.AsSpan(source._tokens)[..tokens]);
        return true;
    }

    /// <summary>Keeps it for the next start, or finds that it cannot be kept.</summary>
    public void SaveTo(PrefixStore prefixes)
    {
        prefixes.Save(CollectionsMarshal.AsSpan(_tokens), _owner, path => model.TrySave(sequence, path));
        IsSaved = true;
    }

    /// <summary>Makes it hold what was kept; what it held is dropped.</summary>
    /// <returns>False where that is not what it should be; it is empty then.</returns>
    public bool TryRestore(Token[] tokens, string? owner, string path)
    {
        Drop();
        if (!model.TryRestore(sequence, tokens.Length, path))
        {
            return false;
        }

        _tokens.AddRange(tokens);
        _owner = owner;
        IsSaved = true;
        return true;
    }

    /// <summary>Empties it.</summary>
    /// <exception cref="EngineException">The engine cannot empty its sequence.</exception>
    public void Drop()
    {
        if (!IsEmpty && !model.TryRewind(sequence, 0))
        {
            throw new EngineException("The model could not empty its sequence.");
        }

        _tokens.Clear();
        IsPrivate = false;
        _isTrusted = true;
    }

    /// <summary>The tokens that it holds.</summary>
    public ReadOnlySpan<Token> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Drops all but so many tokens.</summary>
    /// <exception cref="EngineException">The engine cannot empty its sequence.</exception>
    public void KeepFirst(int tokens)
    {
        if (tokens < Count && !TryKeep(tokens))
        {
            Drop();
        }
    }

    /// <summary>Tells that nobody knows what it holds: a step has begun, or one has failed.</summary>
    public void Distrust()
    {
        _wasTrusted = _isTrusted;
        _isTrusted = false;
    }

    /// <summary>Takes up what a step has left in the sequence.</summary>
    /// <param name="appended">What the step was to append; none where the sequence was not in it.</param>
    public void TakeUp(ReadOnlySpan<Token> appended)
    {
        if (appended.IsEmpty && !_wasTrusted)
        {
            // An earlier step failed, and it was not emptied since.
            return;
        }

        _isTrusted = true;
        IsSaved &= appended.IsEmpty;
        var position = model.Position(sequence);
        if (position < _tokens.Count)
        {
            // It cannot say what it holds after half a step, and has let go of all.
            _tokens.RemoveRange(position, _tokens.Count - position);
        }
        else
        {
            _tokens.AddRange(appended[..(position - _tokens.Count)]);
        }

        Debug.Assert(position == _tokens.Count, "The list and the model's sequence grow together.");
    }

    private bool TryKeep(int tokens)
    {
        if (tokens == 0 || !model.TryRewind(sequence, tokens))
        {
            return false;
        }

        _tokens.RemoveRange(tokens, _tokens.Count - tokens);
        return true;
    }
}
