using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>The C structure llama_context_params of llama.cpp 0.4 and 0.5: 160 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaContextParams
{
    /// <summary>LLAMA_FLASH_ATTN_TYPE_DISABLED.</summary>
    public const int FlashAttentionOff = 0;

    /// <summary>LLAMA_POOLING_TYPE_MEAN.</summary>
    public const int MeanPooling = 1;

    public uint ContextTokens;
    public uint BatchTokens;

    /// <summary>Tokens computed in one graph; a batch is cut into as many as it needs.</summary>
    public uint MicroBatchTokens;
    public uint MaxSequences;
    public uint RecurrentSnapshots;

    /// <summary>Most logit rows of one step. llama.cpp ends the process when a batch asks for more.</summary>
    public uint MaxOutputs;
    public uint MaxOutputsPerSequence;
    public int Threads;
    public int ThreadsBatch;
    public int ContextType;
    public int RopeScalingType;
    public int PoolingType;
    public int AttentionType;
    public int FlashAttention;
    public float RopeFrequencyBase;
    public float RopeFrequencyScale;
    public float YarnExtFactor;
    public float YarnAttentionFactor;
    public float YarnBetaFast;
    public float YarnBetaSlow;
    public uint YarnOriginalContext;
    public float DefragThreshold;
    public nint EvalCallback;
    public nint EvalCallbackUserData;
    public int TypeK;
    public int TypeV;
    public delegate* unmanaged[Cdecl]<nint, byte> AbortCallback;
    public nint AbortCallbackData;
    public bool Embeddings;
    public bool OffloadKqv;
    public bool NoPerf;
    public bool OpOffload;
    public bool FullSlidingWindow;
    public bool UnifiedCache;
    public nint Samplers;
    public nuint SamplerCount;
    public nint OtherContext;
}
