using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NativeHost.Gguf;

namespace NativeHost.Hardware.Planning;

/// <summary>Which matrices llama.cpp lays out anew for this machine's processor when it loads them.</summary>
/// <remarks>
/// From ggml-cpu/repack.cpp and ggml-cpu/amx of llama.cpp 0.4.0. A matrix that is laid out anew is as large as before, but for those of
/// AMX; but where it is the token table too, which is read row by row, there are two of it.
/// </remarks>
public sealed record CpuPacking
{
    /// <summary>Rows that are interleaved, by the number of the type.</summary>
    private readonly IReadOnlyDictionary<uint, int> _rows;

    internal CpuPacking(IReadOnlyDictionary<uint, int> rows, bool hasTiles) => (_rows, HasTiles) = (rows, hasTiles);

    /// <summary>Lays out nothing anew, as where a GPU holds a part of the model.</summary>
    public static CpuPacking None { get; } = new(new Dictionary<uint, int>(), hasTiles: false);

    /// <summary>What this machine's processor makes llama.cpp do.</summary>
    public static CpuPacking OfThisMachine { get; } = Detect();

    /// <summary>Whether it has AMX, whose layout of eight-bit and some other types is larger.</summary>
    public bool HasTiles { get; }

    /// <summary>Whether a matrix gets a layout of its own.</summary>
    internal bool Packs(GgufTensor matrix)
        => matrix.Dimensions.Count >= 2
            && ((_rows.TryGetValue(matrix.TypeId, out var rows) && matrix.Dimensions[1] % rows == 0) || (HasTiles && FitsTiles(matrix)));

    /// <summary>Bytes of a matrix in memory; the file's where it stays as it is.</summary>
    /// <exception cref="OverflowException">There are more than a long can count.</exception>
    internal long? BytesOf(GgufTensor tensor)
    {
        if (!HasTiles || tensor.Bytes is not { } bytes || GgufTensorType.Find(tensor.TypeId) is not { } type || !FitsTiles(tensor))
        {
            return tensor.Bytes;
        }

        var more = TileBytes(type.Name);
        return checked(bytes + (bytes / type.BlockBytes * more));
    }

    private static CpuPacking Detect()
    {
        var rows = new Dictionary<string, int>();
        if (Avx2.IsSupported)
        {
            (rows["Q4_0"], rows["Q4_K"], rows["IQ4_NL"], rows["MXFP4"]) = (8, 8, 8, 8);
        }

        if (Avx512F.IsSupported)
        {
            rows["Q2_K"] = 8;
        }

        if (Dp.IsSupported)
        {
            (rows["Q4_0"], rows["IQ4_NL"], rows["MXFP4"], rows["Q8_0"]) = (4, 4, 4, 4);
            (rows["Q4_K"], rows["Q5_K"], rows["Q6_K"]) = (8, 8, 8);
        }

        return new CpuPacking(
            Enumerable.Range(0, 64)
                .Select(id => GgufTensorType.Find((uint)id))
                .Where(type => type is not null && rows.ContainsKey(type.Name))
                .ToDictionary(type => type!.Id, type => rows[type!.Name]),
            RuntimeInformation.ProcessArchitecture == Architecture.X64 && Avx512F.IsSupported && HasAmx());
    }

    private static bool HasAmx()
    {
        const int ExtendedFeatures = 7;
        const int TilesAndBytes = (1 << 24) | (1 << 25); // AMX-TILE, AMX-INT8 in EDX
        return X86Base.CpuId(0, 0).Eax >= ExtendedFeatures && (X86Base.CpuId(ExtendedFeatures, 0).Edx & TilesAndBytes) == TilesAndBytes;
    }

    private static bool FitsTiles(GgufTensor matrix)
    {
        const int RowsOfTwoTiles = 32;
        var columns = GgufTensorType.Find(matrix.TypeId)?.Name switch
        {
            "Q4_0" or "Q4_1" or "Q8_0" => 32,
            "Q4_K" or "Q5_K" or "Q6_K" or "IQ4_XS" => 256,
            "F16" => 16,
            _ => 0,
        };
        return columns > 0 && matrix.Dimensions.Count == 2 && matrix.Dimensions[0] % columns == 0 && matrix.Dimensions[1] % RowsOfTwoTiles == 0;
    }

    /// <summary>Bytes that a block takes in tiles beside its own.</summary>
    private static int TileBytes(string type) => type switch
    {
        "Q8_0" or "Q4_K" or "Q5_K" => 4,
        "IQ4_XS" => 2,
        _ => 0,
    };
}
