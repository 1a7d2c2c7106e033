using System.Text;

namespace NativeHost.Gguf.Tests;

/// <summary>Headers to read: those of the demo models, and small ones made in memory.</summary>
internal static class SampleFiles
{
    private static readonly string[] Tokens = ["<s>", "a", "ж", "🙂"];

    public static string DenseQ8 => InRepository("src/NativeHost/DemoModel/tabagent-story-q8_0.gguf");

    public static string DenseF16 => InRepository("tests/Golden/demo-model/tabagent-story-f16.gguf");

    public static string Ternary => InRepository("src/NativeHost/DemoModel/tabagent-story-bitnet-i2_s.gguf");

    /// <summary>A valid file with every kind of value the writer knows and three tensors.</summary>
    public static byte[] Small()
    {
        using var writer = new GgufWriter("llama");
        writer.Add("general.name", "Small");
        writer.Add("llama.block_count", 2u);
        writer.Add("llama.context_length", 4096UL);
        writer.Add("llama.embedding_length", 64u);
        writer.Add("llama.attention.head_count", 8u);
        writer.Add("llama.attention.head_count_kv", [2, 4]);
        writer.Add("llama.rope.freq_base", 10_000f);
        writer.Add("tokenizer.ggml.add_bos_token", true);
        writer.Add("tokenizer.ggml.tokens", Tokens);
        writer.Add("tokenizer.ggml.scores", [0f, -1f, -2f, -3f]);
        writer.AddTensor("token_embd.weight", [64, 4], GgufTensorType.Q8, Zeros(4 * 2 * 34));
        writer.AddTensor("blk.0.attn_q.weight", [128, 2], GgufTensorType.I2S, Zeros(96));
        writer.AddTensor("output_norm.weight", [64], GgufTensorType.F32, Zeros(256));
        return Written(writer);
    }

    public static byte[] Written(GgufWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    /// <summary>A header from its parts, right or wrong, with zeros behind it.</summary>
    public static byte[] Raw(ulong tensors, ulong pairs, Action<BinaryWriter> write, int zeros = 0, uint version = 3)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(version);
        writer.Write(tensors);
        writer.Write(pairs);
        write(writer);
        writer.Write(new byte[zeros]);
        writer.Flush();
        return stream.ToArray();
    }

    public static void WriteText(this BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    public static void WriteTensor(this BinaryWriter writer, string name, ulong[] dimensions, uint type, ulong offset)
    {
        writer.WriteText(name);
        writer.Write((uint)dimensions.Length);
        foreach (var dimension in dimensions)
        {
            writer.Write(dimension);
        }

        writer.Write(type);
        writer.Write(offset);
    }

    public static GgufFile Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return GgufFile.Read("sample.gguf", stream);
    }

    private static Action<Stream> Zeros(int count) => stream => stream.Write(new byte[count]);

    private static string InRepository(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NativeHost.sln")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new DirectoryNotFoundException($"No folder with NativeHost.sln above {AppContext.BaseDirectory}.");
    }
}
