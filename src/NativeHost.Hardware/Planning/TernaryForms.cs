namespace NativeHost.Hardware.Planning;

/// <summary>In which forms our ternary engine keeps what it does not read from the file.</summary>
public sealed record TernaryForms
{
    /// <summary>For <see cref="HeadBits"/>: the output is computed from the file's own rows.</summary>
    public const int UncopiedHead = 16;

    /// <summary>For <see cref="CacheBits"/>: 16-bit floats.</summary>
    public const int HalfCache = 16;

    /// <summary>Bits of a weight in its copy of the output: 4, 8, or 16 for no copy.</summary>
    public int HeadBits { get; init; } = 8;

    /// <summary>Bits of a number in the cache: 8, with a scale for each row, or 16.</summary>
    public int CacheBits { get; init; } = HalfCache;
}
