using NativeHost.BitNet.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Reading;

/// <summary>A small ternary model to change and write: one layer, 256 wide, eight heads of 32 that share one head of keys and values.</summary>
internal sealed class SampleModel
{
    public const int Width = 256;
    public const int KvWidth = 32;
    public const int HeadLength = 32;
    public const int Tokens = 8;

    private static readonly string[] TokenTexts = [.. Enumerable.Range(0, Tokens).Select(number => $"t{number}")];

    private readonly string _architecture;
    private readonly Random _random = new(1);

    public SampleModel(string architecture = "bitnet-b1.58", uint matrices = GgufTensorType.I2S)
    {
        _architecture = architecture;
        Add(TensorNames.Embedding, GgufTensorType.F16, Width, Tokens);
        Add(TensorNames.OutputNorm, GgufTensorType.F32, Width);
        AddNorms(TernaryDialect.IsBitNet(architecture)
            ? [NormRole.Attention, NormRole.AttentionSub, NormRole.FeedForward, NormRole.FeedForwardSub]
            : [NormRole.Attention, NormRole.FeedForward]);
        AddNorms(architecture is "qwen3" or "gemma3" ? [NormRole.QueryHead, NormRole.KeyHead] : []);
        AddNorms(architecture is "gemma3" ? [NormRole.PostAttention, NormRole.PostFeedForward] : []);
        foreach (var role in Enum.GetValues<MatrixRole>())
        {
            Add(TensorNames.Of(0, role), matrices, Width, role is MatrixRole.Key or MatrixRole.Value ? KvWidth : Width);
        }
    }

    /// <summary>Values of the header. Keys that begin with a dot begin with the architecture.</summary>
    public Dictionary<string, object> Keys { get; } = new()
    {
        [".block_count"] = 1u,
        [".context_length"] = 64u,
        [".embedding_length"] = (uint)Width,
        [".feed_forward_length"] = (uint)Width,
        [".attention.head_count"] = 8u,
        [".attention.head_count_kv"] = 1u,
        [".attention.layer_norm_rms_epsilon"] = 1e-5f,
        ["tokenizer.ggml.tokens"] = TokenTexts,
    };

    /// <summary>The tensors in the order of the file.</summary>
    public OrderedDictionary<string, SampleTensor> Tensors { get; } = [];

    /// <summary>The name of a matrix that has 256 rows.</summary>
    public static string Gate => TensorNames.Of(0, MatrixRole.Gate);

    /// <summary>Adds a tensor of made-up content, or replaces one.</summary>
    public SampleModel Add(string name, uint type, params long[] dimensions)
    {
        var rows = dimensions.Length > 1 ? dimensions[1] : 1;
        var isMatrix = TensorNames.IsMatrix(name);
        return Add(name, type, dimensions, isMatrix ? SampleWeights.Ternary(_random, type, (int)dimensions[0], (int)rows) : Numbers(type, dimensions));
    }

    public SampleModel Add(string name, uint type, long[] dimensions, byte[] data)
    {
        Tensors[name] = new SampleTensor(type, dimensions, data);
        return this;
    }

    public SampleModel AddNorms(params ReadOnlySpan<NormRole> roles)
    {
        foreach (var role in roles)
        {
            Add(TensorNames.Of(0, role), GgufTensorType.F32, role is NormRole.QueryHead or NormRole.KeyHead ? HeadLength : Width);
        }

        return this;
    }

    public SampleModel With(string key, object value)
    {
        Keys[key] = value;
        return this;
    }

    public SampleModel Without(string keyOrTensor)
    {
        Assert.True(Keys.Remove(keyOrTensor) || Tensors.Remove(keyOrTensor));
        return this;
    }

    /// <summary>Changes the data of a tensor in place.</summary>
    public SampleModel Change(string tensor, Action<byte[]> change)
    {
        change(Tensors[tensor].Data);
        return this;
    }

    public byte[] Written()
    {
        using var writer = new GgufWriter(_architecture);
        foreach (var (name, value) in Keys)
        {
            Write(writer, name.StartsWith('.') ? _architecture + name : name, value);
        }

        foreach (var (name, tensor) in Tensors)
        {
            writer.AddTensor(name, tensor.Dimensions, tensor.Type, stream => stream.Write(tensor.Data));
        }

        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static void Write(GgufWriter writer, string key, object value)
    {
        switch (value)
        {
            case string text:
                writer.Add(key, text);
                break;
            case uint number:
                writer.Add(key, number);
                break;
            case float number:
                writer.Add(key, number);
                break;
            case bool flag:
                writer.Add(key, flag);
                break;
            case int[] numbers:
                writer.Add(key, numbers);
                break;
            default:
                writer.Add(key, (string[])value);
                break;
        }
    }

    private byte[] Numbers(uint type, long[] dimensions)
    {
        var count = (int)dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        var numbers = Enumerable.Range(0, count).Select(_ => _random.NextSingle() + 0.5f);
        return type switch
        {
            GgufTensorType.F32 => [.. numbers.SelectMany(BitConverter.GetBytes)],
            GgufTensorType.F16 => [.. numbers.SelectMany(number => BitConverter.GetBytes((Half)number))],
            _ => new byte[GgufTensorType.Find(type)!.Bytes(count)],
        };
    }
}

/// <summary>A tensor to be written.</summary>
internal sealed record SampleTensor(uint Type, long[] Dimensions, byte[] Data);
