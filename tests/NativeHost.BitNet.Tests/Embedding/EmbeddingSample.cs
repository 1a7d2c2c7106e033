using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Embedding;

/// <summary>A small random embedding model, written as Microsoft's converter does: I2_S matrices, everything else in 16-bit floats.</summary>
/// <remarks>
/// Heads are longer together than the width, as in both published models; their rows, and the tiles of the key matrix, need filling up.
/// Three layers, of which every second one sees all tokens where there is a window.
/// </remarks>
internal sealed class EmbeddingSample
{
    public const int Width = 128;
    public const int Inner = 256;
    public const int Heads = 32;
    public const int KvHeads = 2;
    public const int HeadLength = 20;
    public const int Layers = 3;
    public const int Vocabulary = 64;
    public const int EndOfText = 5;
    public const int ContextTokens = 320;
    public const int UsualWindow = 140;
    public const int WindowPeriod = 2;
    public const float RopeBase = 1e6f;
    public const float WindowRopeBase = 1e4f;
    public const float Epsilon = 1e-6f;

    private readonly Random _random = new(11);
    private readonly List<(string Name, long[] Dimensions, uint Type, byte[] Data)> _tensors = [];

    private readonly bool _addsEnd;

    /// <param name="windowTokens">Only gemma3 has a window.</param>
    public EmbeddingSample(
        string architecture, uint? poolingType = 3, bool hasInputNorms = true, bool addsEnd = true, int windowTokens = UsualWindow)
    {
        (Architecture, PoolingType, WindowTokens, _addsEnd) = (architecture, poolingType, windowTokens, addsEnd);
        Embedding = AddNumbers(TensorNames.Embedding, -1, 1, Width, Vocabulary);
        OutputNorm = AddNumbers(TensorNames.OutputNorm, 0.5f, 1.5f, Width);
        NormRole[] norms =
        [
            NormRole.Attention, NormRole.FeedForward, NormRole.QueryHead, NormRole.KeyHead,
            .. architecture == "gemma3" ? (NormRole[])[NormRole.PostAttention, NormRole.PostFeedForward] : [],
            .. hasInputNorms
                ? (NormRole[])[NormRole.QueryIn, NormRole.KeyIn, NormRole.ValueIn, NormRole.OutputIn, NormRole.GateIn, NormRole.UpIn, NormRole.DownIn]
                : [],
        ];
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var role in norms)
            {
                Norms[(layer, role)] = AddNumbers(TensorNames.Of(layer, role), 0.2f, 1.8f, LengthOf(role));
            }

            foreach (var role in Enum.GetValues<MatrixRole>())
            {
                Matrices[(layer, role)] = AddMatrix(TensorNames.Of(layer, role), ColumnsOf(role), RowsOf(role));
            }
        }
    }

    public string Architecture { get; }

    public uint? PoolingType { get; }

    public int WindowTokens { get; }

    /// <summary>[vocabulary, width].</summary>
    public float[] Embedding { get; }

    public float[] OutputNorm { get; }

    public Dictionary<(int Layer, NormRole Role), float[]> Norms { get; } = [];

    /// <summary>[rows, columns], each -1, 0 or 1; the real weight is that times <see cref="SampleWeights.Scale"/>.</summary>
    public Dictionary<(int Layer, MatrixRole Role), sbyte[]> Matrices { get; } = [];

    public static int RowsOf(MatrixRole role) => role switch
    {
        MatrixRole.Query => Heads * HeadLength,
        MatrixRole.Key or MatrixRole.Value => KvHeads * HeadLength,
        MatrixRole.Gate or MatrixRole.Up => Inner,
        _ => Width,
    };

    public static int ColumnsOf(MatrixRole role) => role switch
    {
        MatrixRole.Output => Heads * HeadLength,
        MatrixRole.Down => Inner,
        _ => Width,
    };

    public byte[] Written()
    {
        using var writer = new GgufWriter(Architecture);
        writer.Add($"{Architecture}.block_count", (uint)Layers);
        writer.Add($"{Architecture}.context_length", (uint)ContextTokens);
        writer.Add($"{Architecture}.embedding_length", (uint)Width);
        writer.Add($"{Architecture}.feed_forward_length", (uint)Inner);
        writer.Add($"{Architecture}.attention.head_count", (uint)Heads);
        writer.Add($"{Architecture}.attention.head_count_kv", (uint)KvHeads);
        writer.Add($"{Architecture}.attention.key_length", (uint)HeadLength);
        writer.Add($"{Architecture}.attention.value_length", (uint)HeadLength);
        writer.Add($"{Architecture}.attention.layer_norm_rms_epsilon", Epsilon);
        writer.Add($"{Architecture}.rope.freq_base", RopeBase);
        if (Architecture == "gemma3")
        {
            writer.Add("gemma3.attention.sliding_window", (uint)WindowTokens);
            writer.Add("gemma3.attention.sliding_window_pattern", (uint)WindowPeriod);
            writer.Add("gemma3.rope.freq_base_swa", WindowRopeBase);
        }

        if (PoolingType is { } pooling)
        {
            writer.Add($"{Architecture}.pooling_type", pooling);
        }

        writer.Add("tokenizer.ggml.tokens", (string[])[.. Enumerable.Range(0, Vocabulary).Select(number => $"t{number}")]);
        writer.Add("tokenizer.ggml.eos_token_id", (uint)EndOfText);
        writer.Add("tokenizer.ggml.add_eos_token", _addsEnd);
        foreach (var (name, dimensions, type, data) in _tensors)
        {
            writer.AddTensor(name, dimensions, type, stream => stream.Write(data));
        }

        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static int LengthOf(NormRole role) => role switch
    {
        NormRole.QueryHead or NormRole.KeyHead => HeadLength,
        NormRole.OutputIn => Heads * HeadLength,
        NormRole.DownIn => Inner,
        _ => Width,
    };

    private float[] AddNumbers(string name, float least, float most, params long[] dimensions)
    {
        var halves = new Half[dimensions.Aggregate(1L, (product, dimension) => product * dimension)];
        foreach (ref var half in halves.AsSpan())
        {
            half = (Half)(least + ((most - least) * _random.NextSingle()));
        }

        _tensors.Add((name, dimensions, GgufTensorType.F16, [.. halves.SelectMany(BitConverter.GetBytes)]));
        return [.. halves.Select(half => (float)half)];
    }

    private sbyte[] AddMatrix(string name, int columns, int rows)
    {
        var codes = new byte[columns * rows];
        foreach (ref var code in codes.AsSpan())
        {
            code = (byte)_random.Next(3);
        }

        _tensors.Add((name, [columns, rows], GgufTensorType.I2S, SampleWeights.Encode(GgufTensorType.I2S, codes, SampleWeights.Scale)));
        return [.. codes.Select(code => (sbyte)(code - 1))];
    }
}
