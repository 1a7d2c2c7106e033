using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>Measures of a model that no kernel's block divides. Its matrices are stored as 16-bit floats, which may have any length.</summary>
/// <param name="RopeLength">Numbers of a head that are rotated.</param>
public sealed record OddShape(
    string Architecture, int Width, int FeedForward, int Heads, int KvHeads, int HeadLength, int RopeLength, int Vocabulary)
{
    /// <summary>What positions are divided by.</summary>
    public float RopeFactor { get; init; } = 1;

    internal byte[] Written()
    {
        var random = new Random(11);
        var model = new SampleModel(Architecture)
            .With(".embedding_length", (uint)Width)
            .With(".feed_forward_length", (uint)FeedForward)
            .With(".attention.head_count", (uint)Heads)
            .With(".attention.head_count_kv", (uint)KvHeads)
            .With(".attention.key_length", (uint)HeadLength)
            .With(".attention.value_length", (uint)HeadLength)
            .With(".rope.dimension_count", (uint)RopeLength)
            .With(".rope.scaling.factor", RopeFactor)
            .With("tokenizer.ggml.tokens", Enumerable.Range(0, Vocabulary).Select(number => $"t{number}").ToArray());
        byte[] embedding = [.. Enumerable.Range(0, Width * Vocabulary)
            .SelectMany(_ => BitConverter.GetBytes((Half)((random.NextSingle() - 0.5f) * 2)))];
        model.Add(TensorNames.Embedding, GgufTensorType.F16, [Width, Vocabulary], embedding);
        model.Add(TensorNames.OutputNorm, GgufTensorType.F32, Width);
        foreach (var role in (NormRole[])[NormRole.Attention, NormRole.FeedForward, NormRole.AttentionSub, NormRole.FeedForwardSub])
        {
            if (model.Tensors.ContainsKey(TensorNames.Of(0, role)))
            {
                model.Add(TensorNames.Of(0, role), GgufTensorType.F32, LengthOf(role));
            }
        }

        AddMatrix(MatrixRole.Query, Width, Heads * HeadLength);
        AddMatrix(MatrixRole.Key, Width, KvHeads * HeadLength);
        AddMatrix(MatrixRole.Value, Width, KvHeads * HeadLength);
        AddMatrix(MatrixRole.Output, Heads * HeadLength, Width);
        AddMatrix(MatrixRole.Gate, Width, FeedForward);
        AddMatrix(MatrixRole.Up, Width, FeedForward);
        AddMatrix(MatrixRole.Down, FeedForward, Width);
        return model.Written();

        void AddMatrix(MatrixRole role, int columns, int rows) => model.Add(TensorNames.Of(0, role), GgufTensorType.F16, columns, rows);
    }

    private int LengthOf(NormRole role) => role switch
    {
        NormRole.AttentionSub => Heads * HeadLength,
        NormRole.FeedForwardSub => FeedForward,
        _ => Width,
    };
}
