using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp;

/// <summary>Loads GGUF models into this process, with llama.cpp.</summary>
/// <remarks>Nothing native is loaded before the first model is asked for. Loads take turns.</remarks>
/// <param name="log">Gets every line of llama.cpp's log, from any thread; it must be quick and must not throw.</param>
public sealed class LlamaModelLoader(Action<NativeLogLevel, string> log) : IEngine
{
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => InTurnAsync<IModelHost>(
            options,
            () =>
            {
                var header = ModelFileCheck.Read(path);
                return EmbeddingModels.Contains(header.First)
                    ? new EmbeddingModelHost(LoadEmbedder(header, options, progress, cancellationToken))
                    : new InProcessModelHost(LoadText(header, options, progress, cancellationToken), prefixes: options.Prefixes);
            },
            cancellationToken);

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => InTurnAsync<ILanguageModel>(
            options, () => LoadText(ModelFileCheck.Read(path), options, progress, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>A model for text is opened too: its tokens then all have the same weight.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public Task<IEmbedder> LoadEmbedderAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => InTurnAsync<IEmbedder>(
            options, () => LoadEmbedder(ModelFileCheck.Read(path), options, progress, cancellationToken), cancellationToken);

    private async Task<T> InTurnAsync<T>(ModelLoadOptions options, Func<T> load, CancellationToken cancellationToken)
    {
        ModelLoadLimits.Check(options);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(load, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private OpenedWeights Open(ModelHeader header, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        NativeLog.AddSink(log);
        LlamaEngine.Start();
        return OpenedWeights.Open(header, options, progress, cancellationToken);
    }

    private LlamaModel LoadText(ModelHeader header, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        if (EmbeddingModels.IsEncoder(header.First))
        {
            throw new UnsupportedModelException(
                header.First.Architecture!, $"{header.First.Path} is of the architecture {header.First.Architecture}, with which llama.cpp makes no text");
        }

        using var opened = Open(header, options, progress, cancellationToken);
        var settings = opened.Plan.Settings;
        var batchTokens = Math.Min(settings.BatchTokens, settings.ContextTokens);
        LlamaContextHandle? context = NativeLoad.OpenTextContext(opened.Model, settings, batchTokens, opened.Threads);
        LlamaModel? model = null;
        try
        {
            model = new LlamaModel(opened.Model, context, opened.Card, settings.ContextTokens, batchTokens, settings.Sequences, settings.OutputRows - settings.Sequences, opened.Threads)
            {
                StateKey = opened.Card.Fingerprint is { } fingerprint
                    ? $"{fingerprint} llama.cpp {LlamaEngine.Version} {settings.KeyTypeId} {settings.ValueTypeId} {settings.UsesFlashAttention} {settings.GpuLayers}"
                    : null,
            };
            context = null;
            WarmUp(model, cancellationToken);
            opened.HandOver();
            var loaded = model;
            model = null;
            return loaded;
        }
        finally
        {
            model?.Dispose();
            context?.Dispose();
        }
    }

    private LlamaEmbedder LoadEmbedder(ModelHeader header, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var tokens = EmbeddingModels.TokensOfCall(header.First, options.ContextTokens);
        using var opened = Open(header, options with { ContextTokens = tokens, BatchTokens = tokens }, progress, cancellationToken);
        LlamaTokenizer? tokenizer = null;
        LlamaContextHandle? context = null;
        LlamaEmbedder? embedder = null;
        try
        {
            tokenizer = new LlamaTokenizer(opened.Model);
            var pooling = EmbeddingModels.DeclaresPooling(header.First) ? (int?)null : LlamaContextParams.MeanPooling;
            context = NativeLoad.OpenEmbeddingContext(opened.Model, tokens, NativeLoad.EmbeddingTexts, pooling, opened.Threads);
            var pairs = EmbeddingModels.IsReranker(header.First) ? EmbeddingModels.PairsOf(header.First, tokenizer) : null;
            var card = opened.Card with
            {
                Task = pairs is null ? ModelTask.Embeddings : ModelTask.Ranking,
                EmbeddingSize = LlamaNative.llama_model_n_embd_out(opened.Model),
            };
            embedder = new LlamaEmbedder(
                opened.Model, context, tokenizer, card, tokens, NativeLoad.EmbeddingTexts, opened.Threads, pairs)
            {
                OwnsTokenizer = true,
            };
            (context, tokenizer) = (null, null);
            WarmUp(embedder, cancellationToken);
            opened.HandOver();
            var loaded = embedder;
            embedder = null;
            return loaded;
        }
        finally
        {
            embedder?.Dispose();
            context?.Dispose();
            tokenizer?.Dispose();
        }
    }

    /// <summary>Computes one token, so that the first answer does not wait for pages, kernels and this code to get ready.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; mapped weights are read inside this step, so it may be long.</exception>
    internal static void WarmUp(ILanguageModel model, CancellationToken cancellationToken)
    {
        using var abort = new AbortSignal();
        using var registration = cancellationToken.UnsafeRegister(static signal => ((AbortSignal)signal!).Raise(), abort);
        var batch = new StepBatch(1);
        batch.Add(0, [model.Tokenizer.BeginOfText ?? new Token(0)], wantsLogits: true);
        var outcome = model.Step(batch, abort);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome != StepOutcome.Done || !model.TryRewind(0, 0))
        {
            throw new EngineException($"llama.cpp could not compute a first token. {NativeLog.LastComplaints()}");
        }
    }

    private static void WarmUp(LlamaEmbedder embedder, CancellationToken cancellationToken)
    {
        using var abort = new AbortSignal();
        using var registration = cancellationToken.UnsafeRegister(static signal => ((AbortSignal)signal!).Raise(), abort);
        var outcome = embedder.Embed([embedder.BeginOfText ?? new Token(0)], new float[embedder.Dimensions], abort);
        cancellationToken.ThrowIfCancellationRequested();
        if (outcome != StepOutcome.Done)
        {
            throw new EngineException($"llama.cpp could not compute a first vector. {NativeLog.LastComplaints()}");
        }
    }
}
