using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Attention;

/// <summary>How a head's key or value of one position is kept.</summary>
internal unsafe interface ICacheFormat
{
    /// <summary>Bytes of a row of so many numbers.</summary>
    static abstract int RowBytes(int numbers);

    /// <summary>Keeps a row.</summary>
    /// <param name="numbers">A multiple of 16.</param>
    static abstract void Write(float* values, int numbers, byte* row);

    /// <summary>Some numbers of a row, each divided by what <see cref="Factor"/> gives.</summary>
    static abstract TLanes Read<TLanes>(byte* row, int index)
        where TLanes : struct, IFloatLanes<TLanes>;

    /// <summary>What the numbers of a row are to be multiplied with.</summary>
    /// <param name="numbers">Numbers of the row.</param>
    static abstract float Factor(byte* row, int numbers);
}

/// <summary>16-bit floats. What would be subnormal is kept as 0: less than 6.2e-5, and slow to compute with.</summary>
internal readonly unsafe struct HalfFormat : ICacheFormat
{
    private const float LeastNormal = 6.103515625e-5f;
    private const float Largest = 65504f;

    // 2^112: see IFloatLanes.LoadShrunkHalves.
    private const float Growth = 5.192296858534828e33f;

    public static int RowBytes(int numbers) => numbers * sizeof(short);

    public static void Write(float* values, int numbers, byte* row)
    {
        for (var i = 0; i < numbers; i++)
        {
            var value = Math.Clamp(values[i], -Largest, Largest);
            ((Half*)row)[i] = MathF.Abs(value) < LeastNormal ? (Half)0 : (Half)value;
        }
    }

    public static TLanes Read<TLanes>(byte* row, int index)
        where TLanes : struct, IFloatLanes<TLanes> => TLanes.LoadShrunkHalves((short*)row + index);

    public static float Factor(byte* row, int numbers) => Growth;
}

/// <summary>8-bit numbers with one scale for each row, behind them.</summary>
internal readonly unsafe struct ByteFormat : ICacheFormat
{
    private const float LargestQuantized = 127f;

    public static int RowBytes(int numbers) => numbers + sizeof(float);

    public static void Write(float* values, int numbers, byte* row)
    {
        var largest = 0f;
        for (var i = 0; i < numbers; i++)
        {
            largest = MathF.Max(largest, MathF.Abs(values[i]));
        }

        var scale = largest > 0 ? LargestQuantized / largest : 0;
        for (var i = 0; i < numbers; i++)
        {
            ((sbyte*)row)[i] = (sbyte)MathF.Round(values[i] * scale);
        }

        *(float*)(row + numbers) = largest / LargestQuantized;
    }

    public static TLanes Read<TLanes>(byte* row, int index)
        where TLanes : struct, IFloatLanes<TLanes> => TLanes.LoadBytes((sbyte*)row + index);

    public static float Factor(byte* row, int numbers) => *(float*)(row + numbers);
}

/// <summary>How attention keys and values are kept.</summary>
internal enum CacheFormat
{
    /// <summary>16-bit floats.</summary>
    Half,

    /// <summary>8 bits with a scale for each head and position: half the memory and traffic, some thousandths off.</summary>
    Byte,
}
