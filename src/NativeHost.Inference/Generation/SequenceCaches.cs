using System.Runtime.InteropServices;
using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference.Generation;

/// <summary>All sequences of a model: those in which generations go on, and those that keep what earlier ones have left.</summary>
/// <remarks>Not thread-safe: the model's scheduler thread owns it.</remarks>
/// <param name="model">Whose they are.</param>
/// <param name="count">Sequences that are used, from the first on.</param>
internal sealed class SequenceCaches(ILanguageModel model, int count)
{
    private readonly SequenceCache[] _caches = [.. Enumerable.Range(0, count).Select(sequence => new SequenceCache(model, sequence))];
    private long _uses;

    /// <summary>Whether there is one in which no generation goes on.</summary>
    public bool HasIdle => Array.Exists(_caches, cache => !cache.IsBusy);

    public int Count => _caches.Length;

    /// <summary>Whether sequences can be copied; false once one could not.</summary>
    public bool CanFork { get; private set; } = true;

    /// <summary>The most that a sequence of the owner holds of a prompt.</summary>
    public int MostShared(List<Token> prompt, string? owner) => Closest(prompt, owner, _caches).Shared;

    /// <summary>Finds a sequence for a prompt, and makes it begin with as much of it as is known.</summary>
    /// <remarks>
    /// What an earlier generation left is taken over where it is mostly the same: a chat goes on in its sequence. Where it shares
    /// less, as chats do that begin with the same instructions, it stays, and its start is copied into the sequence that was not used for longest.
    /// </remarks>
    /// <param name="owner">Whose prompt it is; what was computed for another is not used.</param>
    /// <exception cref="EngineException">The engine cannot empty a sequence.</exception>
    /// <param name="prefixes">Where more of the prompt may be kept; null for nowhere.</param>
    public SequenceCache Take(List<Token> prompt, string? owner, PrefixStore? prefixes)
    {
        var idle = Array.FindAll(_caches, cache => !cache.IsBusy);
        var oldest = idle.MinBy(cache => cache.Count == 0 ? long.MinValue : cache.LastUse)!;
        var (source, shared) = Closest(prompt, owner, _caches);
        var isMostlyTheSame = source is { IsBusy: false } && shared * 2 >= source.Count;
        var cache = oldest;
        if (source is null || isMostlyTheSame || source == oldest || !TryFork(source, oldest, shared))
        {
            // Where nothing can be copied, the most that an idle one shares is better than nothing.
            cache = Closest(prompt, owner, idle).Cache ?? oldest;
            cache.KeepStartOf(prompt, owner);
        }

        if (prefixes?.Find(CollectionsMarshal.AsSpan(prompt)[..^1], owner, out shared) is { } stored && shared >= cache.Count + PrefixStore.LeastTokens)
        {
            Restore(stored, prefixes, cache, owner);
            cache.KeepStartOf(prompt, owner);
        }

        Touch(cache);
        return cache;
    }

    /// <summary>Tells that a sequence was used just now.</summary>
    public void Touch(SequenceCache cache) => cache.LastUse = ++_uses;

    /// <summary>Empties the idle sequence that was not used for longest.</summary>
    /// <returns>False where all idle ones are empty.</returns>
    /// <exception cref="EngineException">The engine cannot empty it.</exception>
    public bool TryDropOldest()
    {
        var oldest = _caches.Where(cache => !cache.IsBusy && !cache.IsEmpty).MinBy(cache => cache.LastUse);
        oldest?.Drop();
        return oldest is not null;
    }

    /// <summary>Finds a sequence that nobody uses and that is not kept for the next start.</summary>
    public SequenceCache? FindUnsaved() => Array.Find(_caches, static cache => !cache.IsBusy && !cache.IsSaved && !cache.IsPrivate && cache.Count >= PrefixStore.LeastTokens);

    /// <summary>Tells that a step begins, after which, if it fails, nobody knows what the sequences hold.</summary>
    public void Distrust()
    {
        foreach (var cache in _caches)
        {
            cache.Distrust();
        }
    }

    /// <summary>Takes up what a step has left in the sequences that were not in it; those that were come before.</summary>
    public void TakeUpOthers()
    {
        foreach (var cache in _caches)
        {
            cache.TakeUp([]);
        }
    }

    private void Restore(StoredPrefix stored, PrefixStore prefixes, SequenceCache cache, string? owner)
    {
        cache.Drop();
        while (_caches.Sum(static other => (long)other.Count) + stored.Tokens.Length > model.CacheTokens && TryDropOldest())
        {
            // One after the other, until there is room.
        }

        prefixes.TryRestore(stored, path => cache.TryRestore(stored.Tokens, owner, path));
    }

    private bool TryFork(SequenceCache source, SequenceCache target, int tokens) => CanFork &= target.TryForkFrom(source, tokens);

    private static (SequenceCache? Cache, int Shared) Closest(List<Token> prompt, string? owner, SequenceCache[] caches)
    {
        SequenceCache? closest = null;
        var most = 0;
        foreach (var cache in caches)
        {
            // Of two that share the same, the one that holds nothing else.
            var shared = cache.SharedWith(prompt, owner);
            if (shared > most || (shared == most && shared > 0 && cache.Count < closest!.Count))
            {
                (closest, most) = (cache, shared);
            }
        }

        return (closest, most);
    }
}
