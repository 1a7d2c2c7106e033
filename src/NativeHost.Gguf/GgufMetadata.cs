using System.Diagnostics.CodeAnalysis;

namespace NativeHost.Gguf;

/// <summary>The key-value pairs of a GGUF header.</summary>
/// <remarks>
/// A getter answers null when the key is missing and also when its value is of another kind: files of the wild disagree on
/// kinds, and the caller knows what a missing value means. Of arrays only the kind, the length and the place in the file
/// are kept, and the numbers of short integer arrays (one number a layer, mostly).
/// </remarks>
public sealed class GgufMetadata
{
    /// <summary>Integer arrays up to this length are kept in memory; no model has as many layers.</summary>
    internal const int KeptIntegers = 4096;

    /// <summary>Stands for a key that is not there: of a kind that no getter takes without what is kept.</summary>
    private static readonly GgufValue Missing = new(GgufValueType.Array, 0, null);

    private readonly Dictionary<string, GgufValue> _values;

    internal GgufMetadata(Dictionary<string, GgufValue> values) => _values = values;

    public IReadOnlyCollection<string> Keys => _values.Keys;

    public string? Text(string key) => Find(key).Kept as string;

    /// <summary>An integer of any width; null also for one above <see cref="long.MaxValue"/>.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It is any integer, of no one type's width.")]
    public long? Integer(string key)
    {
        var value = Find(key);
        return value.Type switch
        {
            GgufValueType.UInt64 when value.Bits < 0 => null,
            _ when GgufValueTypes.IsInteger(value.Type) => value.Bits,
            _ => null,
        };
    }

    /// <summary>A floating-point number, or an integer as one.</summary>
    public double? Real(string key)
    {
        var value = Find(key);
        return value.Type is GgufValueType.Float32 or GgufValueType.Float64
            ? BitConverter.Int64BitsToDouble(value.Bits)
            : Integer(key);
    }

    public bool? Flag(string key)
    {
        var value = Find(key);
        return value.Type == GgufValueType.Bool ? value.Bits != 0 : null;
    }

    public long? ArrayLength(string key) => (Find(key).Kept as GgufArray)?.Length;

    /// <summary>The numbers of an array of integers or flags that has at most 4,096 of them.</summary>
    public IReadOnlyList<long>? Integers(string key) => (Find(key).Kept as GgufArray)?.Integers;

    /// <summary>Where the elements of an array begin, in bytes from the start of the file.</summary>
    public long? ArrayOffset(string key) => (Find(key).Kept as GgufArray)?.Offset;

    /// <summary>The values whose key begins so, in the order of the file.</summary>
    internal IEnumerable<KeyValuePair<string, GgufValue>> Under(string prefix) => _values
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .OrderBy(pair => pair.Value.PairOffset);

    private GgufValue Find(string key) => _values.GetValueOrDefault(key, Missing);
}

/// <summary>One value of the metadata.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Bits">A number or flag; a real number as the bits of a double.</param>
/// <param name="Kept">The string of a string, the <see cref="GgufArray"/> of an array.</param>
internal readonly record struct GgufValue(GgufValueType Type, long Bits, object? Kept)
{
    /// <summary>Where the pair of key and value begins, in bytes from the start of the file.</summary>
    public long PairOffset { get; init; }

    public long PairBytes { get; init; }
}

/// <summary>What is remembered of an array.</summary>
/// <param name="ElementType">The kind of its elements.</param>
/// <param name="Length">How many it has.</param>
/// <param name="Offset">Where the first begins, in bytes from the start of the file.</param>
/// <param name="Integers">All of them, when they are whole numbers or flags and few.</param>
internal sealed record GgufArray(GgufValueType ElementType, long Length, long Offset, long[]? Integers);
