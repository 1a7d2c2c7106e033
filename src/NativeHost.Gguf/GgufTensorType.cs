using System.Collections.Frozen;

namespace NativeHost.Gguf;

/// <summary>
/// How the elements of a tensor are stored: blocks of a fixed number of elements in a fixed number of bytes.
/// </summary>
/// <param name="Id">The number that stands for it in a file.</param>
/// <param name="Name">Its name as llama.cpp prints it.</param>
/// <param name="BlockElements">Elements a block.</param>
/// <param name="BlockBytes">Bytes a block.</param>
/// <remarks>
/// The numbers missing from the table were given to formats that llama.cpp has since removed. I2_S is known to the
/// BitNet fork only and keeps one scale for the whole tensor in 32 bytes behind its last block.
/// </remarks>
public sealed record GgufTensorType(uint Id, string Name, int BlockElements, int BlockBytes)
{
    public const uint F32 = 0;
    public const uint F16 = 1;
    public const uint Q8 = 8;
    public const uint I32 = 26;
    public const uint I64 = 27;
    public const uint BF16 = 30;
    public const uint TQ1 = 34;
    public const uint TQ2 = 35;
    public const uint I2S = 36;

    /// <summary>In files of the BitNet fork the number of its own TL2, of a size that only its makers know.</summary>
    public const uint MXFP4 = 39;

    private const int TernaryTailBytes = 32;

    private static readonly FrozenDictionary<uint, GgufTensorType> Known = new GgufTensorType[]
    {
        new(F32, "F32", 1, 4),
        new(F16, "F16", 1, 2),
        new(2, "Q4_0", 32, 18),
        new(3, "Q4_1", 32, 20),
        new(6, "Q5_0", 32, 22),
        new(7, "Q5_1", 32, 24),
        new(Q8, "Q8_0", 32, 34),
        new(9, "Q8_1", 32, 36),
        new(10, "Q2_K", 256, 84),
        new(11, "Q3_K", 256, 110),
        new(12, "Q4_K", 256, 144),
        new(13, "Q5_K", 256, 176),
        new(14, "Q6_K", 256, 210),
        new(15, "Q8_K", 256, 292),
        new(16, "IQ2_XXS", 256, 66),
        new(17, "IQ2_XS", 256, 74),
        new(18, "IQ3_XXS", 256, 98),
        new(19, "IQ1_S", 256, 50),
        new(20, "IQ4_NL", 32, 18),
        new(21, "IQ3_S", 256, 110),
        new(22, "IQ2_S", 256, 82),
        new(23, "IQ4_XS", 256, 136),
        new(24, "I8", 1, 1),
        new(25, "I16", 1, 2),
        new(I32, "I32", 1, 4),
        new(I64, "I64", 1, 8),
        new(28, "F64", 1, 8),
        new(29, "IQ1_M", 256, 56),
        new(BF16, "BF16", 1, 2),
        new(TQ1, "TQ1_0", 256, 54),
        new(TQ2, "TQ2_0", 256, 66),
        new(I2S, "I2_S", 4, 1),
        new(MXFP4, "MXFP4", 32, 17),
        new(40, "NVFP4", 64, 36),
        new(41, "Q1_0", 128, 18),
        new(42, "Q2_0", 64, 18),
    }.ToFrozenDictionary(type => type.Id);

    /// <summary>The type of this number, or null for one that is not known.</summary>
    public static GgufTensorType? Find(uint id) => Known.GetValueOrDefault(id);

    /// <summary>Bytes of a tensor of this many elements, which fill whole blocks.</summary>
    /// <exception cref="OverflowException">There are more bytes than a long can count.</exception>
    public long Bytes(long elements)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(elements % BlockElements, 0, nameof(elements));
        return checked((elements / BlockElements * BlockBytes) + (Id == I2S ? TernaryTailBytes : 0));
    }
}
