namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>The forms in which a checkpoint may hold a ternary matrix.</summary>
internal static class CheckpointForms
{
    public const string Offline = """{"quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "offline"}""";
    public const string Online = """{"quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "online"}""";

    /// <summary>That of the first checkpoints, which name neither class nor mode; there a weight is its code divided by the scale.</summary>
    public const string Plain = """{"quant_method": "bitnet", "modules_to_not_convert": null}""";

    public static IEnumerable<StoredTensor> Packed(string name, int rows, int columns, byte[] codes) =>
    [
        StoredTensor.Packed(name + ".weight", rows, columns, codes),
        StoredTensor.BF16(name + ".weight_scale", [1], [CheckpointFolder.Scale]),
    ];

    /// <summary>The codes as numbers, beside their scale.</summary>
    public static IEnumerable<StoredTensor> Numbers(string name, int rows, int columns, byte[] codes) =>
    [
        StoredTensor.F16(name + ".weight", [rows, columns], Weights(codes, 1)),
        StoredTensor.F32(name + ".weight_scale", [], [CheckpointFolder.Scale]),
    ];

    /// <summary>The weights with their scale in them.</summary>
    public static IEnumerable<StoredTensor> Scaled(string name, int rows, int columns, byte[] codes)
        => [StoredTensor.BF16(name + ".weight", [rows, columns], Weights(codes, CheckpointFolder.Scale))];

    /// <summary>Trained weights, whose mean is such that each becomes its code.</summary>
    public static IEnumerable<StoredTensor> Masters(string name, int rows, int columns, byte[] codes)
        => [StoredTensor.F32(name + ".weight", [rows, columns], [.. codes.Select((code, i) => ((code - 1) * (0.75f + (i % 3 * 0.25f))) + (code == 1 ? 0.125f : 0))])];

    private static float[] Weights(byte[] codes, float scale) => [.. codes.Select(code => (code - 1) * scale)];
}
