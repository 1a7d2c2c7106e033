using NativeHost.Hardware.Planning;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests.Planning;

/// <summary>A sketched model in llama.cpp, for as many contexts as a test makes of it.</summary>
internal sealed class PlannedLoad : IDisposable
{
    private readonly TemporaryFile _file;
    private readonly LlamaModelHandle _model;
    private readonly int _gpuLayers;

    private PlannedLoad(TemporaryFile file, LlamaModelHandle model, int gpuLayers)
    {
        (_file, _model, _gpuLayers) = (file, model, gpuLayers);
        Header = ModelHeader.Read(file.Path);
    }

    public ModelHeader Header { get; }

    /// <param name="isAllocated">Whether llama.cpp asks for the memory; else it only counts it, as its own tool that fits models does.</param>
    public static PlannedLoad Open(string architecture, SketchSize size, bool isAllocated, int gpuLayers = 0)
    {
        LlamaEngine.Start();
        var file = new TemporaryFile([]);
        try
        {
            using (var stream = File.Open(file.Path, FileMode.Create))
            {
                ModelSketch.Write(stream, architecture, size);
            }

            NativeLog.ForgetComplaints();
            var model = Load(file.Path, isAllocated, gpuLayers);
            Assert.False(model.IsInvalid, $"{architecture}: {NativeLog.LastComplaints()}");
            return new PlannedLoad(file, model, gpuLayers);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>What was planned, and what llama.cpp takes.</summary>
    public (MemoryPlan Plan, NativeBreakdown Real) Compare(PlanSettings settings)
    {
        settings = settings with { GpuLayers = _gpuLayers };
        var parameters = LlamaNative.llama_context_default_params();
        parameters.ContextTokens = (uint)(settings.SharesCache ? settings.ContextTokens : settings.ContextTokens * settings.Sequences);
        parameters.BatchTokens = (uint)settings.BatchTokens;
        parameters.MicroBatchTokens = (uint)settings.MicroBatchTokens;
        parameters.MaxSequences = (uint)settings.Sequences;
        parameters.MaxOutputs = (uint)settings.OutputRows;
        parameters.FlashAttention = settings.UsesFlashAttention ? 1 : LlamaContextParams.FlashAttentionOff;
        parameters.TypeK = (int)settings.KeyTypeId;
        parameters.TypeV = (int)settings.ValueTypeId;
        parameters.UnifiedCache = settings.SharesCache;
        parameters.FullSlidingWindow = settings.KeepsWholeWindows;
        using var context = LlamaContextHandle.Create(_model, parameters);
        Assert.False(context.IsInvalid, $"{Header.First.Architecture}: {NativeLog.LastComplaints()}");
        return (new ModelPlanner(Header, CpuPacking.OfThisMachine).Plan(settings), NativeBreakdown.Of(context));
    }

    public void Dispose()
    {
        _model.Dispose();
        _file.Dispose();
    }

    private static unsafe LlamaModelHandle Load(string path, bool isAllocated, int gpuLayers)
    {
        nint noDevice = 0;
        var parameters = LlamaNative.llama_model_default_params();
        parameters.LoadMode = LlamaLoadMode.None;
        parameters.Devices = gpuLayers == 0 ? &noDevice : null;
        parameters.GpuLayers = gpuLayers == 0 ? 0 : gpuLayers + 1;
        parameters.NoAlloc = !isAllocated;
        return new LlamaModelHandle(LlamaNative.llama_model_load_from_file(path, parameters));
    }
}
