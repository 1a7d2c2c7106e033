using System.Runtime.InteropServices;
using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>Gives a GGUF writer every tensor of a checkpoint, under GGUF's names and in its order of rows.</summary>
internal sealed class TensorConversion(
    GgufWriter writer, CheckpointWeights weights, CheckpointConfig config, IProgress<double> progress, CancellationToken cancellationToken)
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private long _allRows;
    private long _writtenRows;

    /// <exception cref="ModelFormatException">A tensor is of the wrong shape or kind.</exception>
    /// <exception cref="UnsupportedModelException">One is missing, or there are some that have no place.</exception>
    public void AddAll()
    {
        AddHalves("token_embd", Embedding, config.VocabularySize, config.Width);
        AddNorm("output_norm", "model.norm", config.Width);
        if (config.IsTied == true || weights.Find(Head) is null)
        {
            _used.Add(Head);
        }
        else
        {
            AddHalves("output", Head, config.VocabularySize, config.Width);
        }

        for (var layer = 0; layer < config.LayerCount; layer++)
        {
            AddLayer($"blk.{layer}.", $"model.layers.{layer}.");
        }

        // Positions' frequencies follow from the config.
        if (weights.Names.FirstOrDefault(name => !_used.Contains(name) && !name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal)) is { } left)
        {
            throw new UnsupportedModelException(left, $"Not converted: the checkpoint has a tensor {left}, which has no place in a {config.Architecture} model.");
        }
    }

    private void AddLayer(string to, string from)
    {
        var (attention, feedForward) = (from + "self_attn.", from + "mlp.");
        AddNorm(to + "attn_norm", from + "input_layernorm", config.Width);
        AddTernary(to + "attn_q", attention + "q_proj", config.QueryWidth, config.Width, RotatedRow(config.HeadLength));
        AddTernary(to + "attn_k", attention + "k_proj", config.KvWidth, config.Width, RotatedRow(config.HeadLength));
        AddTernary(to + "attn_v", attention + "v_proj", config.KvWidth, config.Width, Same);
        if (config.HasInnerNorms)
        {
            AddNorm(to + "attn_sub_norm", EitherOf(attention + "attn_sub_norm", attention + "inner_attn_ln"), config.QueryWidth);
        }

        AddTernary(to + "attn_output", attention + "o_proj", config.Width, config.QueryWidth, Same);
        AddNorm(to + "ffn_norm", from + "post_attention_layernorm", config.Width);
        AddTernary(to + "ffn_gate", feedForward + "gate_proj", config.FeedForwardWidth, config.Width, Same);
        AddTernary(to + "ffn_up", feedForward + "up_proj", config.FeedForwardWidth, config.Width, Same);
        if (config.HasInnerNorms)
        {
            AddNorm(to + "ffn_sub_norm", EitherOf(feedForward + "ffn_sub_norm", feedForward + "ffn_layernorm"), config.FeedForwardWidth);
        }

        AddTernary(to + "ffn_down", feedForward + "down_proj", config.Width, config.FeedForwardWidth, Same);
    }

    private string EitherOf(string name, string olderName) => weights.Find(name + ".weight") is null ? olderName : name;

    private static int Same(int row) => row;

    /// <summary>
    /// Where a row of queries or keys comes from. The checkpoint rotates row i of a head with row i + half; where GGUF rotates neighbours,
    /// these two become 2i and 2i + 1.
    /// </summary>
    private Func<int, int> RotatedRow(int headLength)
    {
        if (!config.RotatesNeighbours)
        {
            return Same;
        }

        return row =>
        {
            var (head, inHead) = Math.DivRem(row, headLength);
            return (head * headLength) + (inHead % 2 * (headLength / 2)) + (inHead / 2);
        };
    }

    /// <param name="sourceRow">Where each row of the output is in the checkpoint.</param>
    private void AddTernary(string name, string sourceName, int rows, int columns, Func<int, int> sourceRow)
    {
        _used.Add(sourceName + ".weight");
        _used.Add(sourceName + ".weight_scale");
        if (weights.Find(sourceName + ".bias") is { } bias)
        {
            throw new UnsupportedModelException("bias", $"Not converted: the checkpoint has a tensor {bias.Name}, and a ternary model has no biases.");
        }

        _allRows += rows;
        writer.AddTensor(name + ".weight", [columns, rows], GgufTensorType.I2S, stream =>
        {
            var source = TernarySource.Open(weights, config, sourceName, rows, columns, cancellationToken);
            var codes = new byte[columns];
            var packed = new byte[columns / 4];
            for (var row = 0; row < rows; row++)
            {
                source.ReadCodes(sourceRow(row), codes);
                I2SPacking.Pack(codes, packed);
                stream.Write(packed);
                RowIsWritten();
            }

            I2SPacking.WriteTail(stream, source.Scale);
        });
    }

    private void AddHalves(string name, string sourceName, int rows, int columns)
    {
        var source = Find(sourceName).Expect(rows, columns);
        _allRows += rows;
        writer.AddTensor(name + ".weight", [columns, rows], GgufTensorType.F16, stream =>
        {
            var values = new float[columns];
            var halves = new Half[columns];
            var buffer = new byte[source.RowBytes(columns)];
            for (var row = 0; row < rows; row++)
            {
                source.ReadReals((long)row * columns, values, buffer);
                for (var i = 0; i < columns; i++)
                {
                    halves[i] = (Half)values[i];
                    if (!Half.IsFinite(halves[i]))
                    {
                        throw source.Refused($"holds {values[i]}, which has no place in 16 bits");
                    }
                }

                stream.Write(MemoryMarshal.AsBytes(halves.AsSpan()));
                RowIsWritten();
            }
        });
    }

    private void AddNorm(string name, string sourceName, int count)
    {
        var source = Find(sourceName + ".weight").Expect(count);
        writer.AddTensor(name + ".weight", [count], GgufTensorType.F32, stream =>
        {
            var values = new float[count];
            source.ReadReals(0, values, new byte[source.RowBytes(count)]);
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        });
    }

    private CheckpointTensor Find(string name)
    {
        _used.Add(name);
        return weights.Find(name) ?? throw new UnsupportedModelException(name, $"Not converted: the checkpoint has no tensor {name}.");
    }

    private void RowIsWritten()
    {
        const int RowsBetweenReports = 256;
        cancellationToken.ThrowIfCancellationRequested();
        if (++_writtenRows % RowsBetweenReports == 0 || _writtenRows == _allRows)
        {
            progress.Report((double)_writtenRows / _allRows);
        }
    }
}
