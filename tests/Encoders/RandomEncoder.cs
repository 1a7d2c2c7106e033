using System.Runtime.InteropServices;
using NativeHost.Gguf;

namespace NativeHost.Testing;

/// <summary>Writes a BERT of random weights: what it computes means nothing, but it computes it as a trained one does.</summary>
/// <param name="Width">Numbers of a token's state, a multiple of the heads.</param>
/// <param name="Outputs">Scores of a pair, where it has a head for them; null for a model that makes vectors.</param>
/// <param name="RerankTemplate">How its file says that a query and a document are put together; null where it does not.</param>
internal sealed record RandomEncoder(int Layers, int Width, int Heads, int? Outputs = null, string? RerankTemplate = null)
{
    private const int ContextTokens = 512;
    private const int TokenTypes = 2;
    private const uint PoolMean = 1;
    private const uint PoolRank = 4;

    /// <param name="vocabularyPath">A BERT's file, whose tokenizer it gets.</param>
    public void Write(string path, string vocabularyPath, int seed = 1)
    {
        var random = new Random(seed);
        var vocabulary = GgufFile.Read(vocabularyPath);
        var tokens = (int)vocabulary.Metadata.ArrayLength("tokenizer.ggml.tokens")!.Value;
        using var writer = new GgufWriter("bert");
        writer.Add("general.name", "random encoder");
        writer.Add("bert.block_count", (uint)Layers);
        writer.Add("bert.context_length", (uint)ContextTokens);
        writer.Add("bert.embedding_length", (uint)Width);
        writer.Add("bert.feed_forward_length", (uint)Width * 4);
        writer.Add("bert.attention.head_count", (uint)Heads);
        writer.Add("bert.attention.layer_norm_epsilon", 1e-12f);
        writer.Add("bert.attention.causal", false);
        writer.Add("bert.pooling_type", Outputs is null ? PoolMean : PoolRank);
        writer.Copy(vocabulary, "tokenizer.");
        if (RerankTemplate is not null)
        {
            writer.Add("tokenizer.chat_template.rerank", RerankTemplate);
        }

        Matrix("token_embd", Width, tokens);
        Matrix("position_embd", Width, ContextTokens);
        Floats("token_types.weight", Width, TokenTypes);
        Norm("token_embd_norm");
        for (var layer = 0; layer < Layers; layer++)
        {
            foreach (var (name, inputs, outputs) in new[]
                { ("attn_q", Width, Width), ("attn_k", Width, Width), ("attn_v", Width, Width), ("attn_output", Width, Width), ("ffn_up", Width, Width * 4), ("ffn_down", Width * 4, Width) })
            {
                Matrix($"blk.{layer}.{name}", inputs, outputs);
                Floats($"blk.{layer}.{name}.bias", outputs);
            }

            Norm($"blk.{layer}.attn_output_norm");
            Norm($"blk.{layer}.layer_output_norm");
        }

        if (Outputs is { } scores)
        {
            writer.Add("bert.classifier.output_labels", [.. Enumerable.Range(0, scores).Select(label => $"LABEL_{label}")]);
            Matrix("cls", Width, Width);
            Floats("cls.bias", Width);
            Matrix("cls.output", Width, scores);
            Floats("cls.output.bias", scores);
        }

        using var file = File.Create(path);
        writer.Write(file);

        void Matrix(string name, int inputs, int outputs)
        {
            var values = new Half[inputs * outputs];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (Half)((random.NextDouble() - 0.5) * 4 / Math.Sqrt(inputs));
            }

            writer.AddTensor($"{name}.weight", [inputs, outputs], GgufTensorType.F16, stream => stream.Write(MemoryMarshal.AsBytes<Half>(values)));
        }

        void Floats(string name, params int[] dimensions)
        {
            var values = new float[dimensions.Aggregate(1, (product, dimension) => product * dimension)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(random.NextDouble() - 0.5) / 5;
            }

            writer.AddTensor(name, [.. dimensions.Select(dimension => (long)dimension)], GgufTensorType.F32, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
        }

        void Norm(string name)
        {
            writer.AddTensor($"{name}.weight", [Width], GgufTensorType.F32, stream => stream.Write(MemoryMarshal.AsBytes<float>(Enumerable.Repeat(1f, Width).ToArray())));
            Floats($"{name}.bias", Width);
        }
    }
}
