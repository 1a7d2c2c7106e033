using System.Text.Json;

namespace NativeHost.Actions.Generation;

/// <summary>One setting that clients may send, under all its names.</summary>
/// <param name="Name">The first of its names on the wire.</param>
/// <param name="Synonyms">The others.</param>
/// <param name="Values">What it may be.</param>
internal abstract record Setting(string Name, IReadOnlyList<string> Synonyms, SettingValues Values);

/// <summary>One setting, and how it changes what it belongs to.</summary>
internal sealed record Setting<T>(string Name, IReadOnlyList<string> Synonyms, SettingValues Values, Func<T, SettingValue, T> Apply)
    : Setting(Name, Synonyms, Values);

/// <summary>Settings by each of their names.</summary>
internal sealed class SettingTable<T>
{
    private readonly Dictionary<string, Setting<T>> _byName = new(StringComparer.Ordinal);

    public SettingTable(IReadOnlyList<Setting<T>> settings)
    {
        Settings = settings;
        foreach (var setting in settings)
        {
            _byName.Add(setting.Name, setting);
            foreach (var synonym in setting.Synonyms)
            {
                _byName.Add(synonym, setting);
            }
        }
    }

    /// <summary>All of them, each once.</summary>
    public IReadOnlyList<Setting<T>> Settings { get; }

    /// <summary>The setting that a client calls so; null for none.</summary>
    public Setting<T>? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Applies what a client sent.</summary>
    /// <param name="fields">A JSON object's members; the later of two synonyms wins, and what no setting is called is passed over.</param>
    /// <exception cref="Messages.RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public T Apply(T to, IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        foreach (var (name, value) in fields)
        {
            if (value.ValueKind != JsonValueKind.Null && Find(name) is { } setting)
            {
                to = setting.Apply(to, new SettingValue(name, value, setting.Values));
            }
        }

        return to;
    }
}
