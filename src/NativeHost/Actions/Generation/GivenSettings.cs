using System.Collections.Immutable;
using System.Text.Json;

namespace NativeHost.Actions.Generation;

/// <summary>The settings that somebody gave, each under its own name; what they leave open is for whoever comes below to say.</summary>
/// <remarks>Immutable. What is in it has been checked.</remarks>
internal sealed class GivenSettings
{
    private readonly ImmutableSortedDictionary<string, JsonElement> _values;

    private GivenSettings(ImmutableSortedDictionary<string, JsonElement> values) => _values = values;

    public static GivenSettings None { get; } = new(ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal));

    /// <summary>Each by the name that answers have for it, as it was sent.</summary>
    public IReadOnlyDictionary<string, JsonElement> Values => _values;

    /// <summary>Reads a JSON object's members. Names that it does not know are passed over: a client may be newer than the host.</summary>
    /// <param name="fields">The later of two synonyms wins; null says nothing.</param>
    /// <exception cref="Messages.RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static GivenSettings Of(IEnumerable<KeyValuePair<string, JsonElement>> fields)
    {
        var values = None._values.ToBuilder();
        foreach (var (name, value) in fields)
        {
            if (value.ValueKind != JsonValueKind.Null && GenerationSettingTable.All.Find(name) is { } setting)
            {
                _ = setting.Apply(new GenerationSettings(), new SettingValue(name, value, setting.Values));
                values[setting.Name] = value.Clone();
            }
        }

        return new GivenSettings(values.ToImmutable());
    }

    /// <summary>These, and where both say something what was given later.</summary>
    public GivenSettings With(GivenSettings later) => new(_values.SetItems(later._values));

    /// <summary>These, but for those that are given anew elsewhere.</summary>
    public GivenSettings Without(GivenSettings other) => new(_values.RemoveRange(other._values.Keys));

    /// <summary>What holds where these are given, and the rest is as it is below.</summary>
    public GenerationSettings Over(GenerationSettings below) => GenerationSettingTable.All.Apply(below, _values);
}
