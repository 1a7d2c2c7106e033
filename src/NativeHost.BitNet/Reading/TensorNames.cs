using System.Globalization;

namespace NativeHost.BitNet.Reading;

/// <summary>What the tensors of a model are called in its file.</summary>
internal static class TensorNames
{
    public const string Embedding = "token_embd.weight";
    public const string Output = "output.weight";
    public const string OutputNorm = "output_norm.weight";
    public const string RopeFactors = "rope_freqs.weight";

    public static string Of(int layer, MatrixRole role) => InLayer(layer, Stem(role), "weight");

    /// <summary>A number that the matrix's weights are multiplied with besides their own scale.</summary>
    public static string ScaleOf(int layer, MatrixRole role) => InLayer(layer, Stem(role), "scale");

    public static string Of(int layer, NormRole role) => InLayer(layer, Stem(role), "weight");

    /// <summary>Whether a tensor is a layer's matrix of one of the roles.</summary>
    public static bool IsMatrix(string name)
        => name.StartsWith("blk.", StringComparison.Ordinal)
            && name.IndexOf('.', "blk.".Length) is > 0 and var dot
            && Enum.GetValues<MatrixRole>().Any(role => name.AsSpan(dot + 1).SequenceEqual($"{Stem(role)}.weight"));

    private static string InLayer(int layer, string stem, string ending)
        => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{stem}.{ending}");

    private static string Stem(MatrixRole role) => role switch
    {
        MatrixRole.Query => "attn_q",
        MatrixRole.Key => "attn_k",
        MatrixRole.Value => "attn_v",
        MatrixRole.Output => "attn_output",
        MatrixRole.Gate => "ffn_gate",
        MatrixRole.Up => "ffn_up",
        MatrixRole.Down => "ffn_down",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a matrix."),
    };

    private static string Stem(NormRole role) => role switch
    {
        NormRole.Attention => "attn_norm",
        NormRole.AttentionSub => "attn_sub_norm",
        NormRole.FeedForward => "ffn_norm",
        NormRole.FeedForwardSub => "ffn_sub_norm",
        NormRole.QueryHead => "attn_q_norm",
        NormRole.KeyHead => "attn_k_norm",
        NormRole.PostAttention => "post_attention_norm",
        NormRole.PostFeedForward => "post_ffw_norm",
        NormRole.QueryIn => "attn_q_norm_in",
        NormRole.KeyIn => "attn_k_norm_in",
        NormRole.ValueIn => "attn_v_norm_in",
        NormRole.OutputIn => "attn_output_norm_in",
        NormRole.GateIn => "ffn_gate_norm_in",
        NormRole.UpIn => "ffn_up_norm_in",
        NormRole.DownIn => "ffn_down_norm_in",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Not a norm."),
    };
}
