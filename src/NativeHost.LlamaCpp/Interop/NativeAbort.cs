using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>What a context looks at while it computes: whether it is to end early.</summary>
/// <remarks>llama.cpp asks between the nodes of its graph, on the CPU; GPUs finish the batch.</remarks>
internal sealed unsafe class NativeAbort(LlamaContextHandle context)
{
    private nint _address;

    /// <summary>Makes the context look at a signal from now on.</summary>
    public void ListenTo(AbortSignal abort)
    {
        if (_address != abort.Address)
        {
            _address = abort.Address;
            LlamaNative.llama_set_abort_callback(context, &IsRaised, _address);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte IsRaised(nint signal) => Volatile.Read(ref *(int*)signal) != 0 ? (byte)1 : (byte)0;
}
