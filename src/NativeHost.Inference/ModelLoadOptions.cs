using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference;

/// <summary>How a model is to be loaded. Null leaves the choice to the engine.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>Context window in tokens, at least 1; null for the model's own, bounded by memory.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Blocks to compute on a GPU: 0 for none, -1 for all; null for all where a GPU is found.</summary>
    public int? GpuLayers { get; init; }

    /// <summary>Threads that compute, 1 to 512; null for the physical cores less one.</summary>
    public int? Threads { get; init; }

    /// <summary>Most tokens of a prompt computed in one step, 1 to 8192; null for 512.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>
    /// Generations that the model computes at once, 1 to 64; others wait. Null for 8, or fewer where each takes much memory. They share
    /// the context where the engine can: one alone may have all of it.
    /// </summary>
    public int? Sequences { get; init; }

    /// <summary>
    /// Whether the next tokens of an answer are guessed from what stands in the prompt and the answer already, and computed together: what repeats comes
    /// faster, and every other answer as it would. Null for yes, where the model can.
    /// </summary>
    public bool? GuessesTokens { get; init; }

    /// <summary>Where prompts that were computed are kept for the next start; null for nowhere.</summary>
    public PrefixCacheOptions? Prefixes { get; init; }

    /// <summary>Whether the file is mapped instead of read into memory.</summary>
    public bool UseMemoryMap { get; init; } = true;
}
