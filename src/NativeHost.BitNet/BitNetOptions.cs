using NativeHost.BitNet.Attention;
using NativeHost.BitNet.Kernels;
using NativeHost.BitNet.Packing;
using NativeHost.Hardware.Planning;

namespace NativeHost.BitNet;

/// <summary>What the engine can do in several ways.</summary>
internal sealed record BitNetOptions
{
    /// <summary>Tokens of a step whose logits may be asked for, beside one of each sequence.</summary>
    public const int MostDraftTokens = 8;

    /// <summary>Those that a model has room for.</summary>
    public int DraftTokens { get; init; } = MostDraftTokens;

    public HeadForm Head { get; init; } = HeadForm.Byte;

    public CacheFormat Cache { get; init; } = CacheFormat.Half;

    public KernelLevel Level { get; init; } = KernelLevels.Best;

    /// <summary>Sequences that a model holds, each with a cache of its own; null for what is asked for or what memory allows.</summary>
    public int? SequenceCount { get; init; } = 1;

    /// <summary>What a model for text is loaded with, where nobody chooses.</summary>
    public static BitNetOptions Usual { get; } = new() { SequenceCount = null };

    /// <summary>The forms that decide about memory, in the planner's words.</summary>
    public TernaryForms Forms => new()
    {
        HeadBits = Head switch
        {
            HeadForm.Byte => 8,
            HeadForm.Nibble => 4,
            _ => TernaryForms.UncopiedHead,
        },
        CacheBits = Cache == CacheFormat.Half ? TernaryForms.HalfCache : 8,
    };
}
