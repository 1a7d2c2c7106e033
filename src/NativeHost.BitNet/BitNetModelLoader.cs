using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Inference;
using NativeHost.Inference.Machine;

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
        => new InProcessModelHost(await LoadModelAsync(path, options, progress, cancellationToken));

    /// <summary>Loads a model without the machinery that generates with it.</summary>
    public Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => LoadModelAsync(path, options, new BitNetOptions(), progress, cancellationToken);

    public void Dispose()
    {
        // Nothing is shared by the models it has loaded.
    }

    internal async Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        ModelLoadLimits.Check(options);
        return await Task.Run(() => Load(path, options, own, progress, cancellationToken), cancellationToken);
    }

    private BitNetModel Load(
        string path, ModelLoadOptions options, BitNetOptions own, IProgress<float> progress, CancellationToken cancellationToken)
    {
        TernaryModelFile? file = null;
        LoadedWeights? weights = null;
        ITokenizer? tokenizer = null;
        BitNetModel? model = null;
        try
        {
            file = TernaryModelFile.Open(path);
            var shape = file.Shape;
            var notes = new List<string>();
            if (options.GpuLayers is > 0 or -1)
            {
                notes.Add("Ternary models are computed on the processor: the GPU layers asked for are ignored.");
            }

            var estimate = new TernaryMemory(shape, own);
            var contextTokens = ContextChoice.Choose(options.ContextTokens, shape.TrainedContextTokens, estimate, AvailableMemory.Bytes(), notes);
            var batchTokens = Math.Min(options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens, contextTokens);
            var threads = options.Threads ?? PhysicalCores.DefaultThreads;
            tokenizer = openTokenizer(path);
            CheckVocabulary(path, tokenizer, shape);
            weights = LoadedWeights.Open(file, own, _store, Math.Max(threads, PhysicalCores.Count()), progress, cancellationToken);
            file = null;
            var card = new ModelCard(
                shape.Architecture, shape.Name, EngineName, shape.FileBytes, shape.TrainedContextTokens,
                shape.Width, shape.LayerCount, GpuLayers: 0, shape.ChatTemplate, notes);
            model = new BitNetModel(weights, tokenizer, card, own, contextTokens, batchTokens, threads);
            (weights, tokenizer) = (null, null);
            WarmUp(model, cancellationToken);
            progress.Report(1);

            var loaded = model;
            model = null;
            return loaded;
        }
        finally
        {
            model?.Dispose();
            weights?.Dispose();
            (tokenizer as IDisposable)?.Dispose();
            file?.Dispose();
        }
    }

    private static void CheckVocabulary(string path, ITokenizer tokenizer, TernaryShape shape)
    {
        if (tokenizer.VocabularySize != shape.VocabularySize)
        {
            throw new EngineException(
                $"The vocabulary of {path} has {tokenizer.VocabularySize} tokens, its embedding {shape.VocabularySize} rows.");
        }
    }

    /// <summary>Computes a token, and some together, so that the first answer does not wait for pages and for the compiler.</summary>
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
}
