using System.Runtime.InteropServices;
using NativeHost.Gguf;

namespace NativeHost.LlamaCpp.Tests;

/// <summary>Writes a small Mamba with random weights and the story model's vocabulary: a state instead of a cache of keys and values.</summary>
internal static class RecurrentModelFile
{
    private const int Layers = 4;
    private const int Width = 128;
    private const int InnerWidth = 2 * Width;
    private const int StateSize = 16;
    private const int TimeStepRank = 8;
    private const int Convolution = 4;
    private const uint Float32 = 0;

    public static TemporaryFile Create()
    {
        var story = GgufFile.Read(TestModels.Story);
        using var writer = new GgufWriter("mamba");
        writer.Add("mamba.context_length", 2048u);
        writer.Add("mamba.block_count", Layers);
        writer.Add("mamba.embedding_length", Width);
        writer.Add("mamba.feed_forward_length", 0u);
        writer.Add("mamba.attention.head_count", 0u);
        writer.Add("mamba.attention.layer_norm_rms_epsilon", 1e-5f);
        writer.Add("mamba.ssm.conv_kernel", Convolution);
        writer.Add("mamba.ssm.inner_size", InnerWidth);
        writer.Add("mamba.ssm.state_size", StateSize);
        writer.Add("mamba.ssm.time_step_rank", TimeStepRank);
        writer.Copy(story, "tokenizer.");

        AddRandom(writer, "token_embd.weight", 1f, Width, story.VocabularySize!.Value);
        AddConstant(writer, "output_norm.weight", 1f, Width);
        for (var layer = 0; layer < Layers; layer++)
        {
            AddLayer(writer, $"blk.{layer}.");
        }

        using var stream = new MemoryStream();
        writer.Write(stream);
        return new TemporaryFile(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private static void AddLayer(GgufWriter writer, string prefix)
    {
        AddConstant(writer, prefix + "attn_norm.weight", 1f, Width);
        AddRandom(writer, prefix + "ssm_in.weight", 0.2f, Width, 2 * InnerWidth);
        AddRandom(writer, prefix + "ssm_conv1d.weight", 0.5f, Convolution, InnerWidth);
        AddConstant(writer, prefix + "ssm_conv1d.bias", 0f, InnerWidth);
        AddRandom(writer, prefix + "ssm_x.weight", 0.2f, InnerWidth, TimeStepRank + (2 * StateSize));
        AddRandom(writer, prefix + "ssm_dt.weight", 0.2f, TimeStepRank, InnerWidth);
        AddConstant(writer, prefix + "ssm_dt.bias", -1f, InnerWidth);

        // The state's decay: it forgets slowly.
        AddConstant(writer, prefix + "ssm_a", -0.2f, StateSize, InnerWidth);
        AddConstant(writer, prefix + "ssm_d", 1f, InnerWidth);
        AddRandom(writer, prefix + "ssm_out.weight", 0.2f, InnerWidth, Width);
    }

    private static void AddConstant(GgufWriter writer, string name, float value, params long[] dimensions)
        => Add(writer, name, () => value, dimensions);

    private static void AddRandom(GgufWriter writer, string name, float largest, params long[] dimensions)
    {
        var random = new Random(name.Length);
        Add(writer, name, () => ((random.NextSingle() * 2) - 1) * largest, dimensions);
    }

    private static void Add(GgufWriter writer, string name, Func<float> next, long[] dimensions)
    {
        var values = new float[dimensions.Aggregate(1L, (product, dimension) => product * dimension)];
        foreach (ref var value in values.AsSpan())
        {
            value = next();
        }

        writer.AddTensor(name, dimensions, Float32, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
    }
}
