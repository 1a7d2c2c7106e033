using System.Runtime.InteropServices;

namespace NativeHost.Benchmarks.Models;

/// <summary>A SplitMix64 sequence, drawn as what models are made of. The same seed gives the same on every machine.</summary>
internal sealed class RandomBits(ulong seed)
{
    private const ulong LowBits = 0x5555_5555_5555_5555;
    private const int TableBits = 12;

    private static readonly Half[] NormalTable = MakeNormalTable();

    private ulong _state = seed;

    /// <summary>Packed codes, four in a byte: 0 and 2 a quarter each, 1 a half; never 3.</summary>
    /// <param name="packed">A multiple of eight bytes.</param>
    public void FillCodes(Span<byte> packed)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(packed))
        {
            // Where both bits of a field are set, the high one goes.
            var bits = Next();
            word = bits & ~((bits & (bits >> 1) & LowBits) << 1);
        }
    }

    /// <param name="bytes">A multiple of eight.</param>
    public void FillBytes(Span<byte> bytes)
    {
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            word = Next();
        }
    }

    /// <summary>Numbers that are distributed normally, about, with standard deviation 1, each times a power of two.</summary>
    /// <param name="exponent">Of the power of two.</param>
    public void FillNormal(Span<Half> values, int exponent)
    {
        const int PerWord = 64 / TableBits;
        var factor = (Half)MathF.ScaleB(1, exponent);
        Span<Half> table = stackalloc Half[1 << TableBits];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = NormalTable[i] * factor;
        }

        for (var i = 0; i < values.Length; i += PerWord)
        {
            var bits = Next();
            for (var j = i; j < Math.Min(i + PerWord, values.Length); j++)
            {
                values[j] = table[(int)(bits & ((1 << TableBits) - 1))];
                bits >>= TableBits;
            }
        }
    }

    /// <summary>Numbers from 0.75 to 1.25.</summary>
    public void FillAroundOne(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = 0.75f + ((Next() >> 40) / (float)(1 << 25));
        }
    }

    private ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var mixed = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>Sums of twelve uniform numbers: near enough to a normal distribution, and the same in every library.</summary>
    private static Half[] MakeNormalTable()
    {
        var bits = new RandomBits(0x7461_6261_6765_6E74);
        var table = new Half[1 << TableBits];
        foreach (ref var value in table.AsSpan())
        {
            var sum = -6f;
            for (var i = 0; i < 12; i++)
            {
                sum += (bits.Next() >> 40) / (float)(1 << 24);
            }

            value = (Half)sum;
        }

        return table;
    }
}
