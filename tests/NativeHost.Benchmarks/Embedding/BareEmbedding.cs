using System.Numerics.Tensors;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.Benchmarks.Embedding;

/// <summary>llama.cpp's functions called as its own example for embeddings does: texts in their order, as many in a call as fit, vectors of length 1 read out.</summary>
internal sealed unsafe class BareEmbedding : IDisposable
{
    private readonly LlamaModelHandle _model;
    private readonly LlamaContextHandle _context;
    private readonly LlamaBatch _batch;
    private readonly int _tokens;

    /// <param name="tokens">Of a call.</param>
    public BareEmbedding(string path, int tokens, int threads)
    {
        _tokens = tokens;
        using var opened = OpenedWeights.Open(
            ModelFileCheck.Read(path), new ModelLoadOptions { ContextTokens = tokens, BatchTokens = tokens }, new Progress<float>(), CancellationToken.None);
        _model = opened.Model;
        Dimensions = LlamaNative.llama_model_n_embd_out(_model);
        _context = NativeLoad.OpenEmbeddingContext(_model, tokens, NativeLoad.EmbeddingTexts, pooling: null, threads);
        _batch = LlamaNative.llama_batch_init(tokens, 0, 1);
        opened.HandOver();
    }

    public int Dimensions { get; }

    /// <param name="texts">The tokens of each.</param>
    /// <param name="vectors">[texts × dimensions].</param>
    public void Compute(IReadOnlyList<Token[]> texts, float[] vectors)
    {
        var batch = _batch;
        batch.Count = 0;
        var (first, inCall) = (0, 0);
        for (var text = 0; text < texts.Count; text++)
        {
            if (inCall == NativeLoad.EmbeddingTexts || batch.Count + texts[text].Length > _tokens)
            {
                Decode(batch, first, inCall, vectors);
                (first, inCall, batch.Count) = (text, 0, 0);
            }

            for (var position = 0; position < texts[text].Length; position++, batch.Count++)
            {
                batch.Tokens[batch.Count] = texts[text][position].Id;
                batch.Positions[batch.Count] = position;
                batch.SequenceCounts[batch.Count] = 1;
                batch.Sequences[batch.Count][0] = inCall;
                batch.WantsLogits[batch.Count] = 1;
            }

            inCall++;
        }

        Decode(batch, first, inCall, vectors);
    }

    public void Dispose()
    {
        LlamaNative.llama_batch_free(_batch);
        _context.Dispose();
        _model.Dispose();
    }

    private void Decode(LlamaBatch batch, int first, int texts, float[] vectors)
    {
        LlamaNative.llama_memory_clear(LlamaNative.llama_get_memory(_context), data: true);
        if (LlamaNative.llama_decode(_context, batch) != 0)
        {
            throw new InvalidOperationException("llama.cpp failed.");
        }

        for (var text = 0; text < texts; text++)
        {
            var vector = new ReadOnlySpan<float>(LlamaNative.llama_get_embeddings_seq(_context, text), Dimensions);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vectors.AsSpan((first + text) * Dimensions, Dimensions));
        }
    }
}
