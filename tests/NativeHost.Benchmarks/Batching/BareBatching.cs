using System.Numerics.Tensors;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.Benchmarks.Batching;

/// <summary>llama.cpp's functions called as its own example for batches does: all prompts in one call, then a token of every sequence in each, the likeliest.</summary>
internal sealed unsafe class BareBatching : IDisposable
{
    private readonly LlamaModelHandle _model;
    private readonly LlamaContextHandle _context;
    private readonly LlamaBatch _batch;
    private readonly int _vocabulary;

    public BareBatching(string path, ModelLoadOptions options)
    {
        using var opened = OpenedWeights.Open(ModelFileCheck.Read(path), options, new Progress<float>(), CancellationToken.None);
        _model = opened.Model;
        _vocabulary = LlamaNative.llama_vocab_n_tokens(LlamaNative.llama_model_get_vocab(_model));
        var settings = opened.Plan.Settings;
        _context = NativeLoad.OpenTextContext(_model, settings, settings.BatchTokens, opened.Threads);
        _batch = LlamaNative.llama_batch_init(settings.BatchTokens, 0, 1);
        opened.HandOver();
    }

    /// <param name="prompts">Of one length; they fit a batch together.</param>
    /// <param name="tokens">To make of each.</param>
    public void Run(int[][] prompts, int tokens)
    {
        LlamaNative.llama_memory_clear(LlamaNative.llama_get_memory(_context), data: true);
        var batch = _batch;
        batch.Count = 0;
        for (var sequence = 0; sequence < prompts.Length; sequence++)
        {
            for (var position = 0; position < prompts[sequence].Length; position++)
            {
                Add(ref batch, prompts[sequence][position], position, sequence, position == prompts[sequence].Length - 1);
            }
        }

        var next = new int[prompts.Length];
        var length = prompts[0].Length;
        for (var made = 0; made < tokens; made++)
        {
            if (LlamaNative.llama_decode(_context, batch) != 0)
            {
                throw new InvalidOperationException("llama.cpp failed.");
            }

            for (var sequence = 0; sequence < prompts.Length; sequence++)
            {
                var row = made == 0 ? ((sequence + 1) * length) - 1 : sequence;
                next[sequence] = TensorPrimitives.IndexOfMax(new ReadOnlySpan<float>(LlamaNative.llama_get_logits_ith(_context, row), _vocabulary));
            }

            batch.Count = 0;
            for (var sequence = 0; sequence < prompts.Length; sequence++)
            {
                Add(ref batch, next[sequence], length + made, sequence, wantsLogits: true);
            }
        }
    }

    public void Dispose()
    {
        LlamaNative.llama_batch_free(_batch);
        _context.Dispose();
        _model.Dispose();
    }

    private static void Add(ref LlamaBatch batch, int token, int position, int sequence, bool wantsLogits)
    {
        batch.Tokens[batch.Count] = token;
        batch.Positions[batch.Count] = position;
        batch.SequenceCounts[batch.Count] = 1;
        batch.Sequences[batch.Count][0] = sequence;
        batch.WantsLogits[batch.Count] = wantsLogits ? (sbyte)1 : (sbyte)0;
        batch.Count++;
    }
}
