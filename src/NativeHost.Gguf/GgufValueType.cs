namespace NativeHost.Gguf;

/// <summary>The kind of a metadata value, with the number that stands for it in the file.</summary>
internal enum GgufValueType : byte
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

internal static class GgufValueTypes
{
    /// <summary>Bytes of a value of fixed size; 0 for strings and arrays.</summary>
    public static int FixedBytes(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    /// <summary>
    /// The fewest bytes that a value takes in the file: a string has its length, an array its type and count.
    /// </summary>
    public static int LeastBytes(GgufValueType type) => type switch
    {
        GgufValueType.String => sizeof(ulong),
        GgufValueType.Array => sizeof(uint) + sizeof(ulong),
        _ => FixedBytes(type),
    };

    public static bool IsInteger(GgufValueType type) =>
        type is not (GgufValueType.Float32 or GgufValueType.Float64 or GgufValueType.Bool
            or GgufValueType.String or GgufValueType.Array);
}
