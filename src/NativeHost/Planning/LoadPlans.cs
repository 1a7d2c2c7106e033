using NativeHost.BitNet.Model;
using NativeHost.BitNet.Reading;
using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Loading;

namespace NativeHost.Planning;

/// <summary>Plans loads for the engine that a model is loaded by.</summary>
internal static class LoadPlans
{
    public const string TernaryEngine = "bitnet";
    public const string UsualEngine = "llama_cpp";

    public static string EngineOf(ModelHeader header) => TernaryDialect.IsTernary(header.First) ? TernaryEngine : UsualEngine;

    /// <param name="planner">Of the model; plans for several rooms may share one, in turn.</param>
    /// <param name="cacheTypeId">The <see cref="Gguf.GgufTensorType"/> of the cache; null for the engine's choice, which is the only one of a ternary model.</param>
    public static ILoadPlan Of(ModelPlanner planner, ModelLoadOptions options, MemoryRoom room, uint? cacheTypeId = null)
        => EngineOf(planner.Header) == TernaryEngine
            ? new TernaryLoadPlan(planner.Header, options, room.MachineBytes)
            : new LoadPlan(planner, options, room.HasGpu, room.MachineBytes, room.GpuBytes) { CacheTypeId = cacheTypeId };

    /// <summary>Why no engine here makes text with a model; null where one does, as far as its header tells.</summary>
    /// <param name="isHere">Whether its file is on this machine, and all that a load checks can be.</param>
    public static string? ProblemOf(ModelHeader header, bool isHere)
    {
        if (EngineOf(header) != UsualEngine)
        {
            return null;
        }

        try
        {
            if (isHere)
            {
                ModelFileCheck.Check(header.First);
            }
            else
            {
                ModelFileCheck.CheckContent(header.First);
            }

            return null;
        }
        catch (Exception e) when (e is UnsupportedModelException or ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
