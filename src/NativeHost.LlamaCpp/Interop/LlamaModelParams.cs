using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>The C structure llama_model_params of llama.cpp 0.4 and 0.5: 80 bytes. A C# bool is the C one here, a byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaModelParams
{
    /// <summary>Ends with null; null for every device.</summary>
    public nint* Devices;
    public nint TensorBufferOverrides;
    public int GpuLayers;
    public int SplitMode;
    public LlamaLoadMode LoadMode;
    public int LazyMode;
    public int MainGpu;
    public float* TensorSplit;

    /// <summary>Returns 0 to give the load up.</summary>
    public delegate* unmanaged[Cdecl]<float, nint, byte> ProgressCallback;
    public nint ProgressCallbackUserData;
    public nint KeyValueOverrides;
    public bool VocabularyOnly;
    public bool CheckTensors;
    public bool UseExtraBufferTypes;
    public bool NoHost;
    public bool NoAlloc;
    public bool LoadMtp;
}

/// <summary>The C enumeration llama_load_mode.</summary>
internal enum LlamaLoadMode
{
    Auto = -1,
    None = 0,
    MemoryMap = 1,
}
