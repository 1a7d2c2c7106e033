using System.Diagnostics.CodeAnalysis;

namespace NativeHost.Jinja;

/// <summary>A dictionary; it keeps the order in which keys came.</summary>
public sealed class JinjaDict : JinjaValue
{
    private readonly OrderedDictionary<JinjaValue, JinjaValue> _entries = new(KeyComparer.Instance);

    /// <summary>Keys and values in their order.</summary>
    public IReadOnlyDictionary<JinjaValue, JinjaValue> Entries => _entries;

    internal int Count => _entries.Count;

    internal override string Description => "a dictionary";

    internal override bool IsTrue => _entries.Count > 0;

    /// <summary>Sets a value under a name that the caller vouches for: a key it wrote itself.</summary>
    public JinjaValue this[string name]
    {
        set => _entries[JinjaString.Trusted(name)] = value;
    }

    /// <summary>Sets a value under a text, an integer, a float or a boolean.</summary>
    /// <remarks>Once a template has been given the dictionary, it must not be changed.</remarks>
    public void Set(JinjaValue key, JinjaValue value) => _entries[key] = value;

    internal bool TryGet(JinjaValue key, [MaybeNullWhen(false)] out JinjaValue value) => _entries.TryGetValue(key, out value);

    /// <summary>Texts are equal by their characters, numbers by their value, as in Python; true is 1.</summary>
    private sealed class KeyComparer : IEqualityComparer<JinjaValue>
    {
        public static KeyComparer Instance { get; } = new();

        public bool Equals(JinjaValue? x, JinjaValue? y) => (x, y) switch
        {
            (JinjaString a, JinjaString b) => string.Equals(a.Text, b.Text, StringComparison.Ordinal),
            _ when ReferenceEquals(x, y) => true,
            _ => Number(x) is { } a && Number(y) is { } b && a.Equals(b),
        };

        public int GetHashCode(JinjaValue key) => key switch
        {
            JinjaString text => text.Text.GetHashCode(StringComparison.Ordinal),
            JinjaList or JinjaDict => throw JinjaFailure.Operation($"{key.Description} cannot be a key; use a text or a number."),
            _ => Number(key) is { } number ? Hash(BitConverter.DoubleToInt64Bits(number)) : key.Description.GetHashCode(StringComparison.Ordinal),
        };

        // Mixed with what only this process knows, or a template could compute numbers that all have one hash.
        private static int Hash(long bits) => HashCode.Combine((int)bits, (int)(bits >> 32));

        private static double? Number(JinjaValue? key) => key switch
        {
            JinjaNumber number => number.AsDouble,
            { IsBoolean: true } => key.IsTrue ? 1 : 0,
            _ => null,
        };
    }
}
