using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Opens what llama.cpp keeps of a model: its weights, and contexts that compute with them.</summary>
internal static class NativeLoad
{
    /// <summary>Tokens of a text that are embedded where a model could take more, unless more are asked for: their cost grows with the square.</summary>
    public const int DefaultEmbeddingTokens = 2048;

    /// <summary>Most texts of one call. llama.cpp has 256 sequences at most.</summary>
    public const int EmbeddingTexts = 64;

    /// <exception cref="EngineException">llama.cpp could not load it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static unsafe LlamaModelHandle OpenWeights(
        string path, bool useMemoryMap, GpuPlacement placement, LoadRun run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        nint noDevice = 0;
        var parameters = LlamaNative.llama_model_default_params();
        parameters.LoadMode = useMemoryMap ? LlamaLoadMode.MemoryMap : LlamaLoadMode.None;
        parameters.ProgressCallback = LoadRun.Callback;
        parameters.ProgressCallbackUserData = run.UserData;

        // An empty list keeps a GPU from computing large batches for layers that the CPU holds.
        parameters.Devices = placement.Layers == 0 ? &noDevice : null;
        parameters.GpuLayers = placement.NativeLayers;
        var model = new LlamaModelHandle(LlamaNative.llama_model_load_from_file(path, parameters));
        if (!model.IsInvalid)
        {
            return model;
        }

        model.Dispose();
        cancellationToken.ThrowIfCancellationRequested();
        throw new EngineException($"llama.cpp could not load {path}. {NativeLog.LastComplaints()}", run.ListenerFailure);
    }

    /// <summary>A context that makes text.</summary>
    /// <exception cref="EngineException">llama.cpp could not make it.</exception>
    public static LlamaContextHandle OpenTextContext(LlamaModelHandle model, PlanSettings settings, int batchTokens, int threads)
    {
        var contextTokens = settings.ContextTokens;
        var parameters = LlamaNative.llama_context_default_params();
        parameters.ContextTokens = (uint)contextTokens;
        parameters.BatchTokens = (uint)batchTokens;
        parameters.MicroBatchTokens = (uint)Math.Min(batchTokens, settings.MicroBatchTokens);
        parameters.MaxSequences = (uint)settings.Sequences;

        // Each generation may have the whole context, and all together have no more.
        parameters.UnifiedCache = settings.SharesCache;

        // One row of logits a sequence is all that is ever asked for, and room for one a token would be large.
        parameters.MaxOutputs = (uint)settings.OutputRows;
        if (!settings.UsesFlashAttention)
        {
            parameters.TypeK = (int)settings.KeyTypeId;
            parameters.TypeV = (int)settings.ValueTypeId;
            parameters.FlashAttention = LlamaContextParams.FlashAttentionOff;
        }

        parameters.Threads = threads;
        parameters.ThreadsBatch = threads;
        return Create(model, parameters);
    }

    /// <summary>A context that computes embeddings.</summary>
    /// <param name="tokens">Most tokens of a call. All of them are one graph: a text in two would have two vectors.</param>
    /// <param name="texts">Most texts of a call.</param>
    /// <param name="pooling">How a text's tokens become one vector; null for what the model declares.</param>
    /// <exception cref="EngineException">llama.cpp could not make it.</exception>
    public static LlamaContextHandle OpenEmbeddingContext(LlamaModelHandle model, int tokens, int texts, int? pooling, int threads)
    {
        var parameters = LlamaNative.llama_context_default_params();
        parameters.ContextTokens = (uint)tokens;
        parameters.BatchTokens = (uint)tokens;
        parameters.MicroBatchTokens = (uint)tokens;
        parameters.MaxSequences = (uint)texts;
        parameters.Embeddings = true;
        parameters.PoolingType = pooling ?? parameters.PoolingType;

        // The texts of a call share the room, however long each is.
        parameters.UnifiedCache = true;
        parameters.Threads = threads;
        parameters.ThreadsBatch = threads;
        return Create(model, parameters);
    }

    private static LlamaContextHandle Create(LlamaModelHandle model, LlamaContextParams parameters)
    {
        var context = LlamaContextHandle.Create(model, parameters);
        if (!context.IsInvalid)
        {
            return context;
        }

        context.Dispose();
        throw new EngineException($"llama.cpp could not make a context of {parameters.ContextTokens} tokens. {NativeLog.LastComplaints()}");
    }
}
