using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>The C structure llama_batch: 56 bytes; arrays with an entry per token.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaBatch
{
    public int Count;
    public int* Tokens;
    public float* Embeddings;
    public int* Positions;
    public int* SequenceCounts;
    public int** Sequences;

    /// <summary>Not 0 where the logits after the token are wanted.</summary>
    public sbyte* WantsLogits;
}
