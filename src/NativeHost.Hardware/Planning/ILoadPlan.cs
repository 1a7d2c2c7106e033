namespace NativeHost.Hardware.Planning;

/// <summary>How an engine would load a model into the memory that there is, and what other ways would take.</summary>
public interface ILoadPlan
{
    /// <summary>Layers that GPUs are wanted for; 0 where there is none, or none is wanted.</summary>
    int WantedGpuLayers { get; }

    /// <summary>The way in which it loads the model.</summary>
    /// <param name="notes">Gets a sentence where the choice is not what was asked for.</param>
    /// <exception cref="Exception">What was asked for does not fit, or no useful context does: the engine's own exception.</exception>
    MemoryPlan Choose(List<string> notes);

    /// <summary>With so large a context, and as many of the wanted layers on GPUs as fit there.</summary>
    MemoryPlan With(int contextTokens);

    /// <summary>With so large a context and so many layers on GPUs, whether that fits or not.</summary>
    MemoryPlan With(int contextTokens, int gpuLayers);

    /// <summary>Whether the memory that there is holds it.</summary>
    bool Fits(MemoryPlan plan);
}
