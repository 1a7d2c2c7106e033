using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.Gguf;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;

namespace NativeHost.BitNet.Model;

/// <summary>What every model is made of, whatever it computes, until the model has it.</summary>
internal sealed class OpenedModel<TWeights> : IDisposable
    where TWeights : class
{
    private bool _isHandedOver;

    private OpenedModel(LoadedWeights<TWeights> weights, ITokenizer tokenizer, ModelCard card, PlanSettings settings, int threads)
        => (Weights, Tokenizer, Card, ContextTokens, Sequences, DraftTokens, Threads)
            = (weights, tokenizer, card, settings.ContextTokens, settings.Sequences, settings.OutputRows - settings.Sequences, threads);

    public LoadedWeights<TWeights> Weights { get; }

    public ITokenizer Tokenizer { get; }

    public ModelCard Card { get; }

    public int ContextTokens { get; }

    public int Sequences { get; }

    public int DraftTokens { get; }

    public int Threads { get; }

    /// <param name="file">Owned from here on, also where this throws.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="own">Its head form is packed too.</param>
    /// <param name="formsWith">Gives the forms of the file's weights, their norms in this memory.</param>
    /// <exception cref="ModelFormatException">A matrix is not ternary after all.</exception>
    /// <exception cref="NativeHost.Inference.InsufficientMemoryException">The model does not fit.</exception>
    /// <exception cref="EngineException">The vocabulary is not the model's.</exception>
    public static OpenedModel<TWeights> Open(
        TernaryModelFile file,
        string path,
        ModelLoadOptions options,
        BitNetOptions own,
        Func<AlignedMemory, IWeightForms<TWeights>> formsWith,
        Func<string, ITokenizer> openTokenizer,
        PackedStore? store,
        IProgress<float> progress,
        CancellationToken cancellationToken)
    {
        TernaryModelFile? unopened = file;
        LoadedWeights<TWeights>? weights = null;
        ITokenizer? tokenizer = null;
        try
        {
            var shape = file.Shape;
            var notes = new List<string>();
            if (options.GpuLayers is > 0 or -1)
            {
                notes.Add("Ternary models are computed on the processor: the GPU layers asked for are ignored.");
            }

            var threads = options.Threads ?? PhysicalCores.DefaultThreads;
            var plan = new TernaryLoadPlan(ModelHeader.Of(file.Header, shape.FileBytes), options, own, AvailableMemory.Bytes())
                .Choose(notes);
            tokenizer = openTokenizer(path);
            CheckVocabulary(path, tokenizer, shape);
            unopened = null;
            weights = LoadedWeights<TWeights>.Open(
                file, own.Head, store, formsWith, Math.Max(threads, PhysicalCores.Count()), progress, cancellationToken);
            var card = new ModelCard(
                shape.Architecture, shape.Name, BitNetModelLoader.EngineName, shape.FileBytes, shape.TrainedContextTokens,
                shape.Width, shape.LayerCount, GpuLayers: 0, plan.CpuBytes, plan.GpuBytes, shape.ChatTemplate, notes)
            {
                Fingerprint = GgufFingerprint.Of(file.Header),
            };
            var opened = new OpenedModel<TWeights>(weights, tokenizer, card, plan.Settings, threads);
            (weights, tokenizer) = (null, null);
            return opened;
        }
        finally
        {
            (tokenizer as IDisposable)?.Dispose();
            weights?.Dispose();
            unopened?.Dispose();
        }
    }

    /// <summary>Says that a model owns weights and tokenizer from here on.</summary>
    public void HandOver() => _isHandedOver = true;

    public void Dispose()
    {
        if (!_isHandedOver)
        {
            (Tokenizer as IDisposable)?.Dispose();
            Weights.Dispose();
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
}
