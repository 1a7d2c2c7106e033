using NativeHost.Inference;
using NativeHost.Messages;

namespace NativeHost.Actions.Models;

/// <summary>The models that left memory while callers held them, who get them again when they ask. Guarded by its owner.</summary>
internal sealed class EvictedModels(StringComparer paths)
{
    private readonly Dictionary<string, Entry> _entries = new(paths);

    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>The names of those that a caller held.</summary>
    public IEnumerable<string> HeldBy(Caller caller) => _entries.Where(entry => entry.Value.Holders.ContainsKey(caller)).Select(entry => entry.Key);

    /// <summary>Remembers who holds a model that leaves memory.</summary>
    public void Add(LoadedModel model)
    {
        if (model.Holders.Count > 0)
        {
            _entries[model.Path] = new Entry(model.Options, new(model.Holders));
        }
    }

    /// <summary>Gives a model that is in memory again to those who held it.</summary>
    public void GiveBack(LoadedModel model)
    {
        if (_entries.Remove(model.Path, out var entry))
        {
            foreach (var (holder, kept) in entry.Holders)
            {
                model.Holders.Add(holder, kept);
            }
        }
    }

    /// <summary>How a model was loaded that the caller held; null where there is none.</summary>
    public ModelLoadOptions? Find(string path, Caller caller)
        => _entries.TryGetValue(path, out var entry) && entry.Holders.ContainsKey(caller) ? entry.Options : null;

    /// <summary>Takes such a model from a caller.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Forget(string path, Caller caller)
    {
        if (!_entries.TryGetValue(path, out var entry) || !entry.Holders.Remove(caller))
        {
            return false;
        }

        if (entry.Holders.Count == 0)
        {
            _entries.Remove(path);
        }

        return true;
    }

    private sealed record Entry(ModelLoadOptions Options, Dictionary<Caller, TimeSpan> Holders);
}
