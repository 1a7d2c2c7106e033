using NativeHost.Hardware;
using NativeHost.Inference;
using NativeHost.Inference.Machine;
using NativeHost.LlamaCpp.Interop;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.LlamaCpp;

/// <summary>Loads GGUF models into this process, with llama.cpp.</summary>
/// <remarks>Nothing native is loaded before the first model is asked for. Loads take turns.</remarks>
/// <param name="log">Gets every line of llama.cpp's log, from any thread; it must be quick and must not throw.</param>
public sealed class LlamaModelLoader(Action<NativeLogLevel, string> log) : IEngine
{
    /// <summary>Sequences of a model: its scheduler gives one generation after the other a turn.</summary>
    private const int SequenceCount = 1;

    /// <summary>Tokens computed in one graph: more gains nothing on a CPU and costs memory.</summary>
    private const int MaxMicroBatchTokens = 512;

    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public async Task<IModelHost> LoadAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => new InProcessModelHost(await LoadModelAsync(path, options, progress, cancellationToken));

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public async Task<ILanguageModel> LoadModelAsync(
        string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        ModelLoadLimits.Check(options);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Load(path, options, progress, cancellationToken), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private LlamaModel Load(string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var shape = ModelFileCheck.Read(path);
        NativeLog.AddSink(log);
        LlamaEngine.Start();

        var notes = new List<string>();
        var batchTokens = options.BatchTokens ?? ModelLoadLimits.DefaultBatchTokens;
        var estimate = new MemoryEstimate(shape, Math.Min(batchTokens, MaxMicroBatchTokens));
        var contextTokens = ContextChoice.Choose(options.ContextTokens, shape.TrainedContextTokens, estimate, MemoryFor(options), notes);
        batchTokens = Math.Min(batchTokens, contextTokens);
        var placement = GpuPlacement.Choose(options.GpuLayers, LlamaEngine.Devices, shape, estimate, contextTokens, notes);
        var threads = options.Threads ?? PhysicalCores.DefaultThreads;

        NativeLog.ForgetComplaints();
        using var run = new LoadRun(progress, cancellationToken);
        LlamaModelHandle? weights = null;
        LlamaContextHandle? context = null;
        LlamaModel? model = null;
        try
        {
            weights = OpenWeights(path, options, placement, run, cancellationToken);
            context = OpenContext(weights, contextTokens, batchTokens, threads, placement.Layers == 0 && estimate.FitsExactAttention(contextTokens));
            var card = new ModelCard(
                shape.Architecture, shape.Name, placement.EngineName, shape.WeightBytes, shape.TrainedContextTokens,
                LlamaNative.llama_model_n_embd(weights), LlamaNative.llama_model_n_layer(weights), placement.Layers, shape.ChatTemplate, notes);
            model = new LlamaModel(
                weights, context, card, contextTokens, batchTokens, SequenceCount, threads);
            WarmUp(model, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            run.Report(1);

            var loaded = model;
            (weights, context, model) = (null, null, null);
            return loaded;
        }
        finally
        {
            model?.Dispose();
            context?.Dispose();
            weights?.Dispose();
        }
    }

    /// <summary>The memory that a load may use: the machine's, and that of the GPUs that may be used.</summary>
    private static long MemoryFor(ModelLoadOptions options)
    {
        var machine = AvailableMemory.Bytes();
        return options.GpuLayers == 0
            ? machine
            : machine + LlamaEngine.Devices.Where(device => device.HasOwnMemory).Sum(device => device.FreeBytes());
    }

    private static unsafe LlamaModelHandle OpenWeights(
        string path, ModelLoadOptions options, GpuPlacement placement, LoadRun run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        nint noDevice = 0;
        var parameters = LlamaNative.llama_model_default_params();
        parameters.LoadMode = options.UseMemoryMap ? LlamaLoadMode.MemoryMap : LlamaLoadMode.None;
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

    private static LlamaContextHandle OpenContext(
        LlamaModelHandle model, int contextTokens, int batchTokens, int threads, bool usesExactAttention)
    {
        var parameters = LlamaNative.llama_context_default_params();
        parameters.ContextTokens = (uint)contextTokens;
        parameters.BatchTokens = (uint)batchTokens;
        parameters.MicroBatchTokens = (uint)Math.Min(batchTokens, MaxMicroBatchTokens);
        parameters.MaxSequences = SequenceCount;

        // One row of logits a sequence is all that is ever asked for, and room for one a token would be large.
        parameters.MaxOutputs = SequenceCount;
        if (usesExactAttention)
        {
            parameters.TypeK = LlamaContextParams.Float32;
            parameters.TypeV = LlamaContextParams.Float32;
            parameters.FlashAttention = LlamaContextParams.FlashAttentionOff;
        }

        parameters.Threads = threads;
        parameters.ThreadsBatch = threads;
        var context = LlamaContextHandle.Create(model, parameters);
        if (!context.IsInvalid)
        {
            return context;
        }

        context.Dispose();
        throw new EngineException($"llama.cpp could not make a context of {contextTokens} tokens. {NativeLog.LastComplaints()}");
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
}
