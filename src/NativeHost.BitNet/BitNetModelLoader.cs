using NativeHost.BitNet.Embedding;
using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.BitNet;

/// <summary>Loads ternary GGUF models into this process, for our own engine.</summary>
/// <param name="openTokenizer">Gives the tokenizer of the model in a file; disposed with the model where it can be.</param>
/// <param name="cacheFolder">Where packed weights are kept for the next load; null where none are.</param>
/// <param name="time">Tells how old files there are.</param>
public sealed class BitNetModelLoader(Func<string, ITokenizer> openTokenizer, string? cacheFolder, TimeProvider time) : IEngine
{
    /// <summary>What the protocol calls this engine.</summary>
    public const string EngineName = "bitnet_cpu";

    private readonly PackedStore? _store = cacheFolder is null ? null : new PackedStore(cacheFolder, time);

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public async Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => await Task.Run(() => IsEmbedder(path), cancellationToken)
            ? new EmbeddingModelHost(await LoadEmbedderAsync(path, options, progress, cancellationToken))
            : new InProcessModelHost(await LoadModelAsync(path, options, progress, cancellationToken), prefixes: options.Prefixes);

    /// <summary>Loads a model without the machinery that generates with it.</summary>
    public Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => LoadModelAsync(path, options, BitNetOptions.Usual, progress, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public Task<IEmbedder> LoadEmbedderAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => LoadEmbedderAsync(path, options, new BitNetOptions(), progress, cancellationToken);

    public void Dispose()
    {
        // Nothing is shared by the models it has loaded.
    }

    internal async Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        ModelLoadLimits.Check(options);
        return await LoadElsewhereAsync(() => Load(path, options, own, progress, cancellationToken), cancellationToken);
    }

    internal async Task<IEmbedder> LoadEmbedderAsync(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        ModelLoadLimits.Check(options);
        return await LoadElsewhereAsync(() => LoadEmbedder(path, options, own, progress, cancellationToken), cancellationToken);
    }

    /// <summary>Loads on another thread. An estimate is none where memory is promised and not given.</summary>
    private static async Task<T> LoadElsewhereAsync<T>(Func<T> load, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(load, cancellationToken);
        }
        catch (OutOfMemoryException)
        {
            throw new EngineException("The system gave less memory than the model needs: close other programs, or ask for a smaller context.");
        }
    }

    private BitNetModel Load(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var file = OpenFile(path, ReasonAgainstText);
        using var opened = OpenedModel<ModelWeights>.Open(
            file, path, options, own, norms => new WeightForms(file, own, norms), openTokenizer, _store, progress, cancellationToken);
        var batchTokens = Math.Min(options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens, opened.ContextTokens);
        BitNetModel? model = new(
            opened.Weights, opened.Tokenizer, opened.Card, own with { SequenceCount = opened.Sequences, DraftTokens = opened.DraftTokens }, opened.ContextTokens, batchTokens, opened.Threads);
        opened.HandOver();
        try
        {
            WarmUp(model, cancellationToken);
            progress.Report(1);
            var loaded = model;
            model = null;
            return loaded;
        }
        finally
        {
            model?.Dispose();
        }
    }

    private BitNetEmbedder LoadEmbedder(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        // No head is computed; a packed copy of the embedding would be memory for nothing.
        own = own with { Head = HeadForm.Half, SequenceCount = 1 };
        var file = OpenFile(path, ReasonAgainstEmbeddings);
        var end = EndOfText(file);
        using var opened = OpenedModel<EmbeddingWeights>.Open(
            file, path, options, own, norms => new EmbeddingForms(file, own.Level, norms), openTokenizer, _store, progress, cancellationToken);
        BitNetEmbedder? embedder = new(opened.Weights, opened.Tokenizer, opened.Card with { Task = ModelTask.Embeddings }, end, own, opened.ContextTokens, opened.Threads);
        opened.HandOver();
        try
        {
            WarmUp(embedder, cancellationToken);
            progress.Report(1);
            var loaded = embedder;
            embedder = null;
            return loaded;
        }
        finally
        {
            embedder?.Dispose();
        }
    }

    private static TernaryModelFile OpenFile(string path, Func<TernaryShape, (string Kind, string Reason)?> reasonAgainst)
    {
        TernaryModelFile? file = TernaryModelFile.Open(path);
        try
        {
            if (reasonAgainst(file.Shape) is var (kind, reason))
            {
                throw new UnsupportedModelException(kind, $"{path} {reason}.");
            }

            var opened = file;
            file = null;
            return opened;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static bool IsEmbedder(string path)
    {
        using var file = TernaryModelFile.Open(path);
        return file.Shape.Pooling is not null;
    }

    private static (string Kind, string Reason)? ReasonAgainstText(TernaryShape shape) => shape switch
    {
        { Pooling: not null } => ("embedding model", "computes embeddings and no text"),
        { Architecture: "qwen3" or "gemma3" } => (shape.Architecture, $"is a ternary {shape.Architecture} model for text, of which only those for embeddings are run here"),
        _ => null,
    };

    private static (string Kind, string Reason)? ReasonAgainstEmbeddings(TernaryShape shape)
        => shape.Pooling is null ? ("text model", "makes text and computes no embeddings") : null;

    private static Token? EndOfText(TernaryModelFile file)
    {
        var metadata = file.Header.Metadata;
        return metadata.Flag("tokenizer.ggml.add_eos_token") == true
            && metadata.Integer("tokenizer.ggml.eos_token_id") is >= 0 and var id
            && id < file.Shape.VocabularySize
                ? new Token((int)id)
                : null;
    }

    /// <summary>Computes a token, so that the first answer does not wait for pages and for the compiler.</summary>
    private static void WarmUp(BitNetModel model, CancellationToken cancellationToken)
    {
        using var abort = new AbortSignal();
        using var registration = cancellationToken.UnsafeRegister(static signal => ((AbortSignal)signal!).Raise(), abort);
        var batch = new StepBatch(1);
        batch.Add(0, [model.Tokenizer.BeginOfText ?? new Token(0)], wantsLogits: true);
        _ = model.Step(batch, abort);
        cancellationToken.ThrowIfCancellationRequested();
        model.TryRewind(0, 0);
    }

    private static void WarmUp(BitNetEmbedder embedder, CancellationToken cancellationToken)
    {
        using var abort = new AbortSignal();
        using var registration = cancellationToken.UnsafeRegister(static signal => ((AbortSignal)signal!).Raise(), abort);
        _ = embedder.Embed([embedder.Tokenizer.BeginOfText ?? new Token(0)], new float[embedder.Dimensions], abort);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
