namespace NativeHost.Gguf;

/// <summary>One line of a GGUF file's tensor table.</summary>
/// <param name="Name">Unique in its file.</param>
/// <param name="Dimensions">One to four, the one that lies together in memory first.</param>
/// <param name="TypeId">The number of its <see cref="GgufTensorType"/>, known to us or not.</param>
/// <param name="Offset">Where its data begins, in bytes from the file's <see cref="GgufFile.DataOffset"/>.</param>
/// <param name="Bytes">How long its data is; null when the type is not known, or may be another of the same number.</param>
public sealed record GgufTensor(string Name, IReadOnlyList<long> Dimensions, uint TypeId, long Offset, long? Bytes)
{
    /// <summary>The type's name, or "type 99" for one that is not known.</summary>
    public string TypeName => GgufTensorType.Find(TypeId)?.Name ?? $"type {TypeId}";

    public long Elements => Dimensions.Aggregate(1L, (product, dimension) => product * dimension);
}
