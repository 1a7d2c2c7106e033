using System.Collections.Frozen;

namespace NativeHost.Hardware.Planning;

/// <summary>How the blocks of an architecture are put together, as far as its tensors do not tell.</summary>
/// <remarks>
/// From llama.cpp 0.4.0 (src/models). An architecture is in the table when the memory of a model of its kind was compared with what
/// llama.cpp allocates.
/// </remarks>
internal sealed record ArchitectureTraits
{
    private static readonly ArchitectureTraits Llama = new();

    private static readonly FrozenDictionary<string, ArchitectureTraits> Known = new Dictionary<string, ArchitectureTraits>
    {
        ["llama"] = Llama,
        ["qwen2"] = Llama,
        ["qwen3"] = Llama,
        ["gemma"] = Llama,
        ["gemma2"] = Llama,
        ["gemma3"] = Llama,
        ["olmo2"] = Llama,
        ["granite"] = Llama,
        ["granitemoe"] = Llama,
        ["internlm2"] = Llama,
        ["bitnet"] = Llama with { UsesTableAsOutput = true },
        ["smollm3"] = Llama with { Rope = RopeUse.ThreeOfFour },
        ["qwen2moe"] = Llama with { NormalizesExpertWeights = false },
        ["qwen3moe"] = Llama,
        ["phi3"] = Llama with { HasGateInUp = true, AddsFeedForwardToInput = true },
        ["gpt-oss"] = Llama with { NormalizesExpertWeights = false, WeighsSelectedExperts = true, TakesOutputsLast = true },
        ["starcoder2"] = Llama with { HasLayerNorms = true },
        ["gpt2"] = Llama with { HasLayerNorms = true, Rope = RopeUse.Never },
        ["stablelm"] = Llama with { HasLayerNorms = true },
        ["phi2"] = Llama with { HasLayerNorms = true, Parallel = ParallelBlock.AttentionFirst },
        ["falcon"] = Llama with { HasLayerNorms = true, Parallel = ParallelBlock.FeedForwardFirst },
        ["command-r"] = Llama with { HasLayerNorms = true, Parallel = ParallelBlock.InputFirst },
        ["cohere2"] = Llama with { HasLayerNorms = true, Parallel = ParallelBlock.InputFirst, Rope = RopeUse.WindowedLayers },
        ["deepseek2"] = Llama with { IsLatent = true, NormalizesExpertWeights = false },
        ["mamba"] = Llama with { Recurrence = Recurrence.Mamba, RecursEverywhere = true },
        ["mamba2"] = Llama with { Recurrence = Recurrence.Mamba2, RecursEverywhere = true },
        ["jamba"] = Llama with { Recurrence = Recurrence.Mamba, Rope = RopeUse.Never, NormalizesExpertWeights = false, AddsAttentionToInput = true, AddsFeedForwardToInput = true },
        ["granitehybrid"] = Llama with { Recurrence = Recurrence.Mamba2 },
        ["falcon-h1"] = Llama with { Recurrence = Recurrence.Mamba2, RecursEverywhere = true, AttendsEverywhere = true },
        ["lfm2"] = Llama with { Recurrence = Recurrence.ShortConvolution, AddsAttentionToInput = true, AddsFeedForwardToInput = true },
        ["gemma3n"] = Llama with { CachedLayers = 20, HasAlternatingUpdates = true },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether norms subtract the mean too; ggml does not compute these in place.</summary>
    public bool HasLayerNorms { get; private init; }

    public RopeUse Rope { get; private init; }

    /// <summary>Whether attention and feed-forward network see the same input.</summary>
    public ParallelBlock Parallel { get; private init; }

    /// <summary>Whether attention is added to the block's input, and not the input to attention; ggml reuses the first of the two.</summary>
    public bool AddsAttentionToInput { get; private init; }

    /// <summary>The same of the feed-forward network and what goes into it.</summary>
    public bool AddsFeedForwardToInput { get; private init; }

    /// <summary>Whether the gate of the feed-forward network is the first half of its up projection.</summary>
    public bool HasGateInUp { get; private init; }

    /// <summary>Whether the weights of the chosen experts are made to add up to one.</summary>
    public bool NormalizesExpertWeights { get; private init; } = true;

    /// <summary>Whether the scores of experts are made probabilities after the choice instead of before.</summary>
    public bool WeighsSelectedExperts { get; private init; }

    /// <summary>Whether all tokens go through the last block to its end, and not only those that logits are wanted of.</summary>
    public bool TakesOutputsLast { get; private init; }

    /// <summary>Whether the output is computed with the token table itself, and never with a copy of it.</summary>
    public bool UsesTableAsOutput { get; private init; }

    /// <summary>Whether keys and values are compressed.</summary>
    public bool IsLatent { get; private init; }

    /// <summary>What layers without attention do.</summary>
    public Recurrence Recurrence { get; private init; }

    /// <summary>Whether all layers are recurrent; else those without key-value heads.</summary>
    public bool RecursEverywhere { get; private init; }

    /// <summary>Whether recurrent layers attend too.</summary>
    public bool AttendsEverywhere { get; private init; }

    /// <summary>Layers, from the first, that have a cache of their own; later ones use another's.</summary>
    public int CachedLayers { get; private init; } = int.MaxValue;

    /// <summary>Whether several hidden states are carried through the blocks (AltUp).</summary>
    public bool HasAlternatingUpdates { get; private init; }

    /// <returns>Null for an architecture that is not known.</returns>
    public static ArchitectureTraits? Find(string architecture) => Known.GetValueOrDefault(architecture);

    /// <summary>Whether a layer keeps a state instead of, or beside, keys and values.</summary>
    public bool Recurs(ModelDimensions model, int layer)
        => Recurrence != Recurrence.None && (RecursEverywhere || model.KvHeadsOf(layer) == 0);

    public bool Attends(ModelDimensions model, int layer) => AttendsEverywhere || !Recurs(model, layer);
}

/// <summary>Which layers turn queries and keys by their position.</summary>
internal enum RopeUse
{
    Always,
    Never,
    WindowedLayers,

    /// <summary>All but every fourth.</summary>
    ThreeOfFour,
}

/// <summary>How a block adds up its input, its attention and its feed-forward network, where the latter does not wait for attention.</summary>
internal enum ParallelBlock
{
    None,
    AttentionFirst,
    FeedForwardFirst,
    InputFirst,
}

/// <summary>The kinds of layers that keep a state.</summary>
internal enum Recurrence
{
    None,
    Mamba,
    Mamba2,
    ShortConvolution,
}
