using Microsoft.Win32.SafeHandles;
using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>A llama_context, which must be freed before its model: it keeps the model open, whichever is disposed first.</summary>
internal sealed class LlamaContextHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly LlamaModelHandle _model;

    private LlamaContextHandle(nint context, LlamaModelHandle model)
        : base(ownsHandle: true)
    {
        _model = model;
        SetHandle(context);
    }

    /// <summary>Makes a context of a model; the handle is invalid where llama.cpp could not.</summary>
    public static LlamaContextHandle Create(LlamaModelHandle model, LlamaContextParams parameters)
    {
        var held = false;
        model.DangerousAddRef(ref held);
        var context = LlamaNative.llama_init_from_model(model, parameters);
        if (context == 0)
        {
            model.DangerousRelease();
        }

        return new LlamaContextHandle(context, model);
    }

    /// <summary>Computes with so many threads from now on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are none or too many.</exception>
    public void UseThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ModelLoadLimits.MaxThreads);
        LlamaNative.llama_set_n_threads(this, count, count);
    }

    protected override bool ReleaseHandle()
    {
        LlamaNative.llama_free(handle);
        _model.DangerousRelease();
        return true;
    }
}
