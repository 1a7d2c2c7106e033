using NativeHost.Gguf;
using NativeHost.Hardware;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>A model on its way into memory: its weights are there, and no context yet. Frees them unless somebody takes them over.</summary>
internal sealed class OpenedWeights : IDisposable
{
    private readonly LoadRun _run;
    private readonly CancellationToken _cancellationToken;
    private bool _isHandedOver;

    private OpenedWeights(ModelHeader header, ModelLoadOptions options, LoadRun run, CancellationToken cancellationToken)
    {
        (_run, _cancellationToken) = (run, cancellationToken);
        var notes = new List<string>();
        var gpu = LlamaEngine.Devices.FirstOrDefault(device => device.IsGpu);
        Plan = new LoadPlan(new ModelPlanner(header, CpuPacking.OfThisMachine), options, gpu is not null, AvailableMemory.Bytes(), FreeGpuBytes()).Choose(notes);
        Threads = options.Threads ?? PhysicalCores.DefaultThreads;
        var placement = GpuPlacement.Of(Plan, gpu?.EngineName);
        var first = header.First;

        NativeLog.ForgetComplaints();
        Model = NativeLoad.OpenWeights(first.Path, options.UseMemoryMap, placement, run, cancellationToken);
        Card = new ModelCard(
            first.Architecture!, first.Name, placement.EngineName, header.FileBytes, first.ContextLength ?? 0,
            LlamaNative.llama_model_n_embd(Model), LlamaNative.llama_model_n_layer(Model), placement.Layers,
            Plan.CpuBytes, Plan.GpuBytes, first.ChatTemplate, notes)
        {
            Fingerprint = GgufFingerprint.Of(first),
        };
    }

    public LlamaModelHandle Model { get; }

    /// <summary>By which the contexts are to be made.</summary>
    public MemoryPlan Plan { get; }

    public ModelCard Card { get; }

    public int Threads { get; }

    /// <summary>Plans the load and reads the weights. <see cref="LlamaEngine"/> has to be started.</summary>
    /// <exception cref="NativeHost.Inference.InsufficientMemoryException">It does not fit.</exception>
    /// <exception cref="EngineException">llama.cpp could not load it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static OpenedWeights Open(ModelHeader header, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        LoadRun? run = new(progress, cancellationToken);
        try
        {
            var opened = new OpenedWeights(header, options, run, cancellationToken);
            run = null;
            return opened;
        }
        finally
        {
            run?.Dispose();
        }
    }

    /// <summary>Tells that the model is loaded, and leaves the weights to what was made of them.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled at the last moment; the weights stay here.</exception>
    public void HandOver()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _run.Report(1);
        _isHandedOver = true;
    }

    public void Dispose()
    {
        if (!_isHandedOver)
        {
            Model.Dispose();
        }

        _run.Dispose();
    }

    /// <summary>Null where a GPU shares the machine's memory.</summary>
    private static long? FreeGpuBytes()
    {
        var gpus = LlamaEngine.Devices.Where(device => device.IsGpu).ToList();
        return gpus.TrueForAll(gpu => gpu.HasOwnMemory) ? gpus.Sum(gpu => gpu.FreeBytes()) : null;
    }
}
