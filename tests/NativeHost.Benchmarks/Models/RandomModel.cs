using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NativeHost.Gguf;

namespace NativeHost.Benchmarks.Models;

/// <summary>Writes models of any size with random Q8_0 weights, to measure speed where no trained model is at hand.</summary>
/// <remarks>
/// The same shape and seed give the same file. The weights are spread so that hidden states keep their size from layer to
/// layer, hence logits are finite; the text is nonsense. A model has no end in sight: it rarely says its end token.
/// </remarks>
internal static class RandomModel
{
    private const int BlockWeights = 32;
    private const int BlockBytes = 2 + BlockWeights; // a half-precision scale, then a byte a weight
    private const float QuantSpread = 36.95f; // standard deviation of a whole number drawn from -64..63
    private const int ContextTokens = 4096;

    public static void Write(string path, RandomModelShape shape, ulong seed)
    {
        using var writer = new GgufWriter("llama");
        AddDescription(writer, shape);
        RandomVocabulary.AddTo(writer, shape.Tokens);
        AddTensors(writer, shape, new WeightSource(seed));

        using var file = File.Create(path);
        writer.Write(file);
    }

    private static void AddDescription(GgufWriter writer, RandomModelShape shape)
    {
        writer.Add("general.name", $"Random {shape.Name}");
        writer.Add("general.quantization_version", 2u);
        writer.Add("general.file_type", 7u); // mostly Q8_0
        writer.Add("llama.vocab_size", (uint)shape.Tokens);
        writer.Add("llama.context_length", (uint)ContextTokens);
        writer.Add("llama.embedding_length", (uint)shape.Width);
        writer.Add("llama.block_count", (uint)shape.Layers);
        writer.Add("llama.feed_forward_length", (uint)shape.FeedForward);
        writer.Add("llama.attention.head_count", (uint)shape.Heads);
        writer.Add("llama.attention.head_count_kv", (uint)shape.KvHeads);
        writer.Add("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        writer.Add("llama.rope.dimension_count", (uint)(shape.Width / shape.Heads));
        writer.Add("llama.rope.freq_base", 10_000f);
    }

    private static void AddTensors(GgufWriter writer, RandomModelShape shape, WeightSource source)
    {
        AddMatrix("token_embd", shape.Width, shape.Tokens);
        AddNorm("output_norm");
        AddMatrix("output", shape.Width, shape.Tokens);
        for (var i = 0; i < shape.Layers; i++)
        {
            AddNorm($"blk.{i}.attn_norm");
            AddMatrix($"blk.{i}.attn_q", shape.Width, shape.Width);
            AddMatrix($"blk.{i}.attn_k", shape.Width, shape.KvWidth);
            AddMatrix($"blk.{i}.attn_v", shape.Width, shape.KvWidth);
            AddMatrix($"blk.{i}.attn_output", shape.Width, shape.Width);
            AddNorm($"blk.{i}.ffn_norm");
            AddMatrix($"blk.{i}.ffn_gate", shape.Width, shape.FeedForward);
            AddMatrix($"blk.{i}.ffn_up", shape.Width, shape.FeedForward);
            AddMatrix($"blk.{i}.ffn_down", shape.FeedForward, shape.Width);
        }

        void AddMatrix(string name, int columns, int rows) => writer.AddTensor(
            $"{name}.weight", [columns, rows], GgufTensorType.Q8, stream => WriteMatrix(stream, columns, rows, source));

        void AddNorm(string name) => writer.AddTensor(
            $"{name}.weight", [shape.Width], GgufTensorType.F32, stream => WriteOnes(stream, shape.Width));
    }

    /// <summary>Weights of standard deviation 1/√columns, so a product with a unit-sized state is unit-sized.</summary>
    private static void WriteMatrix(Stream stream, int columns, int rows, WeightSource source)
    {
        var scale = (Half)(1 / (MathF.Sqrt(columns) * QuantSpread));
        var row = new byte[columns / BlockWeights * BlockBytes];
        for (var i = 0; i < rows; i++)
        {
            for (var block = row.AsSpan(); block.Length > 0; block = block[BlockBytes..])
            {
                BinaryPrimitives.WriteHalfLittleEndian(block, scale);
                source.Fill(block[2..BlockBytes]);
            }

            stream.Write(row);
        }
    }

    private static void WriteOnes(Stream stream, int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1f);
        stream.Write(MemoryMarshal.AsBytes(ones.AsSpan()));
    }

    /// <summary>Signed bytes from -64 to 63 out of a SplitMix64 sequence, eight at a time.</summary>
    private sealed class WeightSource(ulong seed)
    {
        private const ulong LowBits = 0x7F7F_7F7F_7F7F_7F7F;
        private const ulong SignBits = 0x4040_4040_4040_4040;

        private ulong _state = seed;

        public void Fill(Span<byte> weights)
        {
            for (; weights.Length > 0; weights = weights[sizeof(ulong)..])
            {
                _state += 0x9E37_79B9_7F4A_7C15;
                var mixed = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
                mixed ^= mixed >> 31;

                // Seven random bits a byte; bit 6 is copied to bit 7, which extends the sign.
                var bits = mixed & LowBits;
                BinaryPrimitives.WriteUInt64LittleEndian(weights, bits | ((bits & SignBits) << 1));
            }
        }
    }
}
