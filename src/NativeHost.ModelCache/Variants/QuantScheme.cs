using System.Collections.Frozen;

namespace NativeHost.ModelCache.Variants;

/// <summary>What is known of the quantization that a label names.</summary>
/// <param name="BitsPerWeight">Of a whole file of a usual model, about.</param>
/// <param name="Rank">0 for the best quality.</param>
/// <param name="IsCommon">Whether llama.cpp itself or our own ternary engine reads it.</param>
/// <remarks>
/// The bits are those that llama.cpp's quantization tool prints for a model of 8 billion weights, and those of the blocks for the formats
/// of its fork ik_llama.cpp. The order is that of the hub's pages, with the other formats set among their equals.
/// </remarks>
internal readonly record struct QuantScheme(double BitsPerWeight, int Rank, bool IsCommon)
{
    private static readonly (string Name, double BitsPerWeight, bool IsCommon)[] BestFirst =
    [
        ("F32", 32, true), ("BF16", 16, true), ("F16", 16, true),
        ("Q8_K_XL", 10.5, true), ("Q8_K_L", 9, true), ("Q8_0_L", 8.8, true), ("Q8_0", 8.5, true),
        ("Q8_K", 8.1, false), ("Q8_KV", 8.1, false), ("I8_S", 8, false),
        ("Q6_K_XL", 7.2, true), ("Q6_K_L", 6.8, true), ("Q6_K_P", 6.8, true), ("Q6_K", 6.6, true), ("Q6_0", 6.5, false), ("IQ6_K", 6.6, false),
        ("Q5_K_XL", 5.9, true), ("Q5_K_L", 5.9, true), ("Q5_K_P", 5.9, true), ("Q5_K_M", 5.7, true), ("Q5_K", 5.7, true),
        ("Q5_K_S", 5.6, true), ("Q5_0", 5.6, true), ("Q5_1", 6.1, true), ("IQ5_K", 5.5, false), ("IQ5_KS", 5.3, false),
        ("Q4_K_XXL", 5.2, true), ("Q4_K_XL", 5.1, true), ("Q4_K_L", 5.1, true), ("Q4_K_P", 5.1, true), ("Q4_K_M", 4.9, true), ("Q4_K", 4.9, true),
        ("Q4_K_S", 4.7, true), ("IQ4_K", 4.5, false), ("IQ4_NL", 4.7, true), ("IQ4_XS", 4.5, true), ("IQ4_KS", 4.3, false),
        ("Q4_0", 4.7, true), ("Q4_0_S", 4.5, true), ("Q4_0_4_4", 4.7, false), ("Q4_0_4_8", 4.7, false), ("Q4_0_8_8", 4.7, false), ("Q4_1", 5.1, true),
        ("MXFP4_MOE", 4.3, true), ("MXFP4", 4.3, true), ("NVFP4", 4.5, true), ("IQ4_KSS", 4, false), ("IQ4_KT", 4, false),
        ("Q3_K_XL", 4.4, true), ("Q3_K_L", 4.3, true), ("Q3_K_P", 4.2, true), ("Q3_K_M", 4, true), ("Q3_K", 4, true), ("Q3_K_S", 3.6, true),
        ("IQ3_M", 3.8, true), ("IQ3_K", 3.5, false), ("IQ3_S", 3.7, true), ("IQ3_XS", 3.5, true), ("IQ3_KS", 3.2, false),
        ("IQ3_KT", 3.1, false), ("IQ3_XXS", 3.3, true),
        ("Q2_K_XL", 3.3, true), ("Q2_K_L", 3.3, true), ("Q2_K_P", 3.3, true), ("Q2_K", 3.2, true), ("Q2_K_S", 3, true), ("IQ2_KL", 2.7, false),
        ("IQ2_M", 2.9, true), ("IQ2_K", 2.4, false), ("IQ2_S", 2.7, true), ("IQ2_XS", 2.6, true), ("IQ2_KS", 2.2, false), ("IQ2_KT", 2.1, false),
        ("IQ2_XXS", 2.4, true), ("Q2_0", 2.3, true),
        ("I2_S", 2, true), ("TQ2_0", 2.1, true), ("IQ2_BN", 2, false), ("TL2", 1.7, false), ("TL1", 2, false),
        ("TQ1_0", 1.7, true), ("IQ1_BN", 1.6, false),
        ("IQ1_M", 2.1, true), ("IQ1_KT", 1.8, false), ("IQ1_S", 2, true), ("Q1_0", 1.2, true),
    ];

    private static readonly FrozenDictionary<string, int> Places = Enumerable.Range(0, BestFirst.Length)
        .ToFrozenDictionary(place => BestFirst[place].Name, StringComparer.Ordinal);

    /// <param name="name">In capitals, without the mark of a dynamic quantization.</param>
    public static QuantScheme Of(string name)
    {
        // _R4 and the like: rows interleaved for the fork's kernels, which is the same quality in another order.
        var repacked = name.IndexOf("_R", StringComparison.Ordinal);
        var scheme = repacked > 0 ? name[..repacked] : name;
        var wide = scheme.IndexOf("_G128", StringComparison.Ordinal);
        scheme = wide > 0 ? scheme[..wide] : scheme;
        return Places.TryGetValue(scheme, out var place)
            ? new QuantScheme(BestFirst[place].BitsPerWeight, place, BestFirst[place].IsCommon && repacked < 0)
            : Guess(scheme);
    }

    /// <summary>A name that is not in the table has its whole bits in it, and ranks with the least of its kind.</summary>
    private static QuantScheme Guess(string scheme)
    {
        var bits = WholeBits(scheme);
        var place = Array.FindIndex(BestFirst, entry => entry.Name.Contains('Q', StringComparison.Ordinal) && WholeBits(entry.Name) < bits);
        return new QuantScheme(bits + 0.5, (place < 0 ? BestFirst.Length : place) - 1, scheme[0] == 'Q');
    }

    private static int WholeBits(string scheme) => scheme[scheme.AsSpan().IndexOfAnyInRange('1', '8')] - '0';
}
