using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
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
        var header = ModelFileCheck.Read(path);
        NativeLog.AddSink(log);
        LlamaEngine.Start();

        var notes = new List<string>();
        var gpu = LlamaEngine.Devices.FirstOrDefault(device => device.IsGpu);
        var plan = new LoadPlan(new ModelPlanner(header, CpuPacking.OfThisMachine), options, gpu is not null, AvailableMemory.Bytes(), FreeGpuBytes()).Choose(notes);
        var placement = GpuPlacement.Of(plan, gpu?.EngineName);
        var contextTokens = plan.Settings.ContextTokens;
        var batchTokens = Math.Min(plan.Settings.BatchTokens, contextTokens);
        var threads = options.Threads ?? PhysicalCores.DefaultThreads;

        NativeLog.ForgetComplaints();
        using var run = new LoadRun(progress, cancellationToken);
        LlamaModelHandle? weights = null;
        LlamaContextHandle? context = null;
        LlamaModel? model = null;
        try
        {
            weights = OpenWeights(path, options, placement, run, cancellationToken);
            context = OpenContext(weights, plan.Settings, batchTokens, threads);
            var first = header.First;
            var card = new ModelCard(
                first.Architecture!, first.Name, placement.EngineName, header.FileBytes, first.ContextLength ?? 0,
                LlamaNative.llama_model_n_embd(weights), LlamaNative.llama_model_n_layer(weights), placement.Layers, plan.CpuBytes, plan.GpuBytes,
                first.ChatTemplate, notes);
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

    /// <summary>Null where a GPU shares the machine's memory.</summary>
    private static long? FreeGpuBytes()
    {
        var gpus = LlamaEngine.Devices.Where(device => device.IsGpu).ToList();
        return gpus.TrueForAll(gpu => gpu.HasOwnMemory) ? gpus.Sum(gpu => gpu.FreeBytes()) : null;
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

    private static LlamaContextHandle OpenContext(LlamaModelHandle model, PlanSettings settings, int batchTokens, int threads)
    {
        var contextTokens = settings.ContextTokens;
        var parameters = LlamaNative.llama_context_default_params();
        parameters.ContextTokens = (uint)contextTokens;
        parameters.BatchTokens = (uint)batchTokens;
        parameters.MicroBatchTokens = (uint)Math.Min(batchTokens, settings.MicroBatchTokens);
        parameters.MaxSequences = SequenceCount;

        // One row of logits a sequence is all that is ever asked for, and room for one a token would be large.
        parameters.MaxOutputs = SequenceCount;
        if (!settings.UsesFlashAttention)
        {
            parameters.TypeK = (int)settings.KeyTypeId;
            parameters.TypeV = (int)settings.ValueTypeId;
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
