using Microsoft.Win32.SafeHandles;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>A llama_model: weights and vocabulary.</summary>
internal sealed class LlamaModelHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public LlamaModelHandle(nint model)
        : base(ownsHandle: true) => SetHandle(model);

    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_model_free(handle);
        return true;
    }
}
