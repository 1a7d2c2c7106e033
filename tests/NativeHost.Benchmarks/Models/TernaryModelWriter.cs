using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NativeHost.Gguf;

namespace NativeHost.Benchmarks.Models;

/// <summary>Writes models of any size with random ternary weights, to measure and to compare where no trained model is at hand.</summary>
/// <remarks>
/// The same shape and seed give the same file, and the same weights in every storage: each tensor draws from a seed of its own. Scales
/// are exact in 16 bits, so that a product is the same number in every storage too. Matrices keep the size of what they multiply, and
/// what is added to the hidden state in all layers together is as large as the embedding: logits are finite, spread by 4 or so.
/// </remarks>
/// <param name="shape">Its measures.</param>
/// <param name="architecture">"bitnet-b1.58" (squared ReLU), "bitnet" (SiLU) or "llama" (SiLU, no norms inside the parts).</param>
internal sealed class TernaryModelWriter(TernaryModelShape shape, string architecture, TernaryStorage storage, EmbeddingStorage embedding)
{
    private const uint Q6K = 14;
    private const int I2STailBytes = 32;
    private const int Tq2CodeBytes = 64; // 256 weights, followed by their scale
    private const float CodeDeviation = 0.70710678f; // of weights that are -1, 0, 0 or 1
    private const int ChunkBytes = 1 << 18;

    private ulong _tensorSeed;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path, ulong seed)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        Write(file, seed);
    }

    /// <param name="stream">An empty one that can seek.</param>
    public void Write(Stream stream, ulong seed)
    {
        _tensorSeed = seed;
        using var writer = new GgufWriter(architecture);
        AddDescription(writer);
        ByteLevelVocabulary.AddTo(writer, shape.Tokens);
        AddTensors(writer);
        writer.Write(stream);
    }

    private void AddDescription(GgufWriter writer)
    {
        writer.Add("general.name", $"Random ternary {shape.Name}");
        writer.Add("general.quantization_version", 2u);
        writer.Add("general.file_type", storage == TernaryStorage.I2S ? 40u : 37u); // mostly I2_S, as the BitNet fork counts; mostly TQ2_0
        Add("vocab_size", shape.Tokens);
        Add("context_length", shape.ContextTokens);
        Add("embedding_length", shape.Width);
        Add("block_count", shape.Layers);
        Add("feed_forward_length", shape.FeedForward);
        Add("attention.head_count", shape.Heads);
        Add("attention.head_count_kv", shape.KvHeads);
        Add("rope.dimension_count", shape.HeadLength);
        if (shape.QueryWidth != shape.Width)
        {
            Add("attention.key_length", shape.HeadLength);
            Add("attention.value_length", shape.HeadLength);
        }

        writer.Add($"{architecture}.attention.layer_norm_rms_epsilon", shape.NormEpsilon);
        writer.Add($"{architecture}.rope.freq_base", shape.RopeBase);

        void Add(string key, int value) => writer.Add($"{architecture}.{key}", (uint)value);
    }

    private void AddTensors(GgufWriter writer)
    {
        // What is added to the hidden state is scaled to be as large as the embedding, over all layers.
        var embeddingExponent = 2 - (int)MathF.Round(MathF.Log2(MathF.Sqrt(shape.Width)));
        var added = MathF.ScaleB(1, embeddingExponent) / MathF.Sqrt(2 * shape.Layers);
        var hasInnerNorms = architecture != "llama";
        AddEmbedding(writer, embeddingExponent);
        AddNorm("output_norm", shape.Width);
        for (var i = 0; i < shape.Layers; i++)
        {
            AddNorm($"blk.{i}.attn_norm", shape.Width);
            AddMatrix($"blk.{i}.attn_q", shape.Width, shape.QueryWidth, 1);
            AddMatrix($"blk.{i}.attn_k", shape.Width, shape.KvWidth, 1);
            AddMatrix($"blk.{i}.attn_v", shape.Width, shape.KvWidth, 1);
            if (hasInnerNorms)
            {
                AddNorm($"blk.{i}.attn_sub_norm", shape.QueryWidth);
            }

            AddMatrix($"blk.{i}.attn_output", shape.QueryWidth, shape.Width, added);
            AddNorm($"blk.{i}.ffn_norm", shape.Width);
            AddMatrix($"blk.{i}.ffn_gate", shape.Width, shape.FeedForward, 1);
            AddMatrix($"blk.{i}.ffn_up", shape.Width, shape.FeedForward, 1);
            if (hasInnerNorms)
            {
                AddNorm($"blk.{i}.ffn_sub_norm", shape.FeedForward);
            }

            AddMatrix($"blk.{i}.ffn_down", shape.FeedForward, shape.Width, added);
        }

        void AddMatrix(string name, int columns, int rows, float gain)
        {
            var scale = (Half)(gain / (CodeDeviation * MathF.Sqrt(columns)));
            var bits = NextTensor();
            if (storage == TernaryStorage.I2S)
            {
                writer.AddTensor($"{name}.weight", [columns, rows], GgufTensorType.I2S, stream => WriteI2S(stream, (long)columns * rows, scale, bits));
            }
            else
            {
                writer.AddTensor($"{name}.weight", [columns, rows], GgufTensorType.TQ2, stream => WriteTq2(stream, (long)columns * rows, scale, bits));
            }
        }

        void AddNorm(string name, int count)
        {
            var bits = NextTensor();
            writer.AddTensor($"{name}.weight", [count], GgufTensorType.F32, stream =>
            {
                var weights = new float[count];
                bits.FillAroundOne(weights);
                stream.Write(MemoryMarshal.AsBytes(weights.AsSpan()));
            });
        }
    }

    private void AddEmbedding(GgufWriter writer, int exponent)
    {
        const string Name = "token_embd.weight";
        var count = (long)shape.Width * shape.Tokens;
        long[] dimensions = [shape.Width, shape.Tokens];
        var bits = NextTensor();
        switch (embedding)
        {
            case EmbeddingStorage.F16:
                writer.AddTensor(Name, dimensions, GgufTensorType.F16, stream =>
                {
                    var chunk = new Half[ChunkBytes];
                    for (var left = count; left > 0; left -= chunk.Length)
                    {
                        var part = chunk.AsSpan(0, (int)Math.Min(left, chunk.Length));
                        bits.FillNormal(part, exponent);
                        stream.Write(MemoryMarshal.AsBytes(part));
                    }
                });
                break;
            case EmbeddingStorage.Q8:
                // Bytes are spread by 73.9.
                writer.AddTensor(Name, dimensions, GgufTensorType.Q8, stream => WriteBlocks(stream, count / 32, 34, bits, block =>
                    BinaryPrimitives.WriteHalfLittleEndian(block, (Half)MathF.ScaleB(1 / 73.9f, exponent))));
                break;
            case EmbeddingStorage.Q6K:
                // Six-bit numbers are spread by 18.5; every sixteen have a scale of eight bits.
                writer.AddTensor(Name, dimensions, Q6K, stream => WriteBlocks(stream, count / 256, 210, bits, block =>
                {
                    block[192..208].Fill(64);
                    BinaryPrimitives.WriteHalfLittleEndian(block[208..], (Half)MathF.ScaleB(1 / (18.5f * 64), exponent));
                }));
                break;
            default:
                throw new InvalidOperationException($"There is no embedding {embedding}.");
        }
    }

    /// <summary>128 weights in 32 bytes, of each byte the top bits first; one scale for all in a tail of 32 bytes.</summary>
    private static void WriteI2S(Stream stream, long weights, Half scale, RandomBits bits)
    {
        var chunk = new byte[ChunkBytes];
        for (var left = weights / 4; left > 0; left -= chunk.Length)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(left, chunk.Length));
            bits.FillCodes(part);
            stream.Write(part);
        }

        Span<byte> tail = stackalloc byte[I2STailBytes];
        tail.Clear();
        BinaryPrimitives.WriteSingleLittleEndian(tail, (float)scale);
        stream.Write(tail);
    }

    /// <summary>The same bytes with their four codes in reverse, and the scale behind every 64.</summary>
    private static void WriteTq2(Stream stream, long weights, Half scale, RandomBits bits)
    {
        const int BlockBytes = Tq2CodeBytes + 2;
        var codes = new byte[ChunkBytes];
        var chunk = new byte[ChunkBytes / Tq2CodeBytes * BlockBytes];
        for (var left = weights / 4; left > 0; left -= codes.Length)
        {
            var part = codes.AsSpan(0, (int)Math.Min(left, codes.Length));
            bits.FillCodes(part);
            ReverseFields(part);
            var blocks = part.Length / Tq2CodeBytes;
            for (var i = 0; i < blocks; i++)
            {
                var block = chunk.AsSpan(i * BlockBytes, BlockBytes);
                part.Slice(i * Tq2CodeBytes, Tq2CodeBytes).CopyTo(block);
                BinaryPrimitives.WriteHalfLittleEndian(block[Tq2CodeBytes..], scale);
            }

            stream.Write(chunk, 0, blocks * BlockBytes);
        }
    }

    private static void ReverseFields(Span<byte> packed)
    {
        const ulong Nibbles = 0x0F0F_0F0F_0F0F_0F0F;
        const ulong Pairs = 0x3333_3333_3333_3333;
        foreach (ref var word in MemoryMarshal.Cast<byte, ulong>(packed))
        {
            word = ((word >> 4) & Nibbles) | ((word & Nibbles) << 4);
            word = ((word >> 2) & Pairs) | ((word & Pairs) << 2);
        }
    }

    /// <summary>Blocks of random bytes, in which <paramref name="setScales"/> then writes the scales.</summary>
    private static void WriteBlocks(Stream stream, long count, int blockBytes, RandomBits bits, SpanAction setScales)
    {
        var chunk = new byte[4096 * blockBytes];
        for (var left = count; left > 0; left -= 4096)
        {
            bits.FillBytes(chunk);
            var blocks = (int)Math.Min(left, 4096);
            for (var i = 0; i < blocks; i++)
            {
                setScales(chunk.AsSpan(i * blockBytes, blockBytes));
            }

            stream.Write(chunk, 0, blocks * blockBytes);
        }
    }

    private RandomBits NextTensor() => new(_tensorSeed += 0x0DDB_1A5E_5BAD_5EED);

    private delegate void SpanAction(Span<byte> block);
}
