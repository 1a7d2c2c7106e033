using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Reading;

/// <summary>Tells what the types of tensors mean in the files of ternary models, where one number stands for several.</summary>
/// <remarks>
/// llama.cpp, Microsoft's BitNet and ik_llama.cpp number their types apart. 34, 35 and 36 are TQ1_0, TQ2_0 and I2_S everywhere that they
/// are read. 38 is BitNet's TL1, which llama.cpp had for something it removed. 39 is BitNet's TL2 and llama.cpp's MXFP4: so the
/// architecture and general.file_type decide, and the sizes of the tensors. Above are llama.cpp's; from 134 on, ik_llama.cpp's.
/// The file's name never matters.
/// </remarks>
public static class TernaryDialect
{
    private const uint TL1 = 38;
    private const uint TL2 = 39;
    private const long FileTypeTL2 = 39;
    private const int TL2Remainder = 256;
    private const int TailBytes = 32;
    private const string OtherFile = "take the file ggml-model-i2_s.gguf of the same model";

    private static readonly string[] Mixed = ["llama", "qwen3", "gemma3"];

    /// <summary>Whether a file belongs to the ternary engine, which may refuse it still, with its reason.</summary>
    /// <remarks>
    /// All BitNet architectures do; of the others, those whose matrices are stored in a ternary type. Ternary weights stored as floats
    /// cannot be told from others by a header.
    /// </remarks>
    public static bool IsTernary(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var architecture = file.Architecture ?? "";
        return IsBitNet(architecture)
            || (Mixed.Contains(architecture) && file.Tensors.Any(tensor => TensorNames.IsMatrix(tensor.Name) && IsTernary(file, tensor)));
    }

    internal static bool IsBitNet(string architecture) => architecture is "bitnet" or "bitnet-25" or "bitnet-b1.58";

    internal static bool IsKnown(string architecture) => IsBitNet(architecture) || Mixed.Contains(architecture);

    /// <exception cref="UnsupportedModelException">The weights of a matrix are in a type that is not read here.</exception>
    internal static void CheckMatrix(GgufFile file, GgufTensor tensor)
    {
        if (TernaryRows.IsReadable(tensor.TypeId))
        {
            return;
        }

        var name = IsTL2(file, tensor) ? nameof(TL2) : tensor.TypeId switch
        {
            TL1 => nameof(TL1),
            134 => "IQ1_BN",
            135 => "IQ2_BN",
            335 => "IQ2_BN_R4",
            _ => tensor.TypeName,
        };
        var reason = name switch
        {
            nameof(TL1) or nameof(TL2) => $"is cut into tiles for one processor, whose sizes are not in the file; {OtherFile}",
            "IQ1_BN" or "IQ2_BN" or "IQ2_BN_R4" => $"only ik_llama.cpp reads; {OtherFile}",
            "Q1_0" or "Q2_0" or "NVFP4" or "MXFP4" => "is not read here as ternary weights; take a file of the model in I2_S or TQ2_0",
            _ => "is no encoding of ternary weights; take a file of the model in I2_S or TQ2_0",
        };
        throw new UnsupportedModelException(
            $"{file.Architecture} {name}", $"{file.Path} holds {tensor.Name} in the type {name}, which {reason}.");
    }

    private static bool IsTernary(GgufFile file, GgufTensor tensor)
        => tensor.TypeId is GgufTensorType.I2S or GgufTensorType.TQ1 or GgufTensorType.TQ2 or TL1 || IsTL2(file, tensor);

    private static bool IsTL2(GgufFile file, GgufTensor tensor)
    {
        if (tensor.TypeId != TL2)
        {
            return false;
        }

        var architecture = file.Architecture ?? "";
        return architecture.StartsWith("bitnet", StringComparison.Ordinal)
            || (architecture == "llama"
                && file.Metadata.Integer("general.file_type") == FileTypeTL2
                && file.Tensors.Where(other => other.TypeId == TL2).All(other => HasSizeOfTL2(file, other)));
    }

    /// <summary>Whether the next tensor begins where one of TL2 would end.</summary>
    private static bool HasSizeOfTL2(GgufFile file, GgufTensor tensor)
    {
        if (tensor.Dimensions is not [> TL2Remainder and var columns, var rows])
        {
            return false;
        }

        // Five bits for three weights, but of the last columns four bits for two.
        var bits = ((Int128)(columns - TL2Remainder) * rows / 3 * 5) + ((Int128)TL2Remainder * rows * 2);
        var bytes = ((bits / 8) + TailBytes - 1) / TailBytes * TailBytes + TailBytes;
        var next = file.Tensors.Where(other => other.Offset > tensor.Offset).Select(other => other.Offset)
            .DefaultIfEmpty(file.FileBytes - file.DataOffset).Min();
        var space = next - tensor.Offset;
        return bytes <= space && space < bytes + file.Alignment;
    }
}
