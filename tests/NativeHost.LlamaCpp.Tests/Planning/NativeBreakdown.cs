using System.Runtime.InteropServices;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests.Planning;

/// <summary>What a context of llama.cpp takes of memory, as llama.cpp itself counts it, to the byte.</summary>
/// <remarks>
/// llama_get_memory_breakdown is C++ and gives a std::map from buffer types to three sizes. Its nodes are read as libstdc++ lays them out,
/// which is so on Linux; elsewhere the log would have to do, which rounds.
/// </remarks>
internal sealed unsafe record NativeBreakdown(long HostWeights, long HostCache, long HostCompute, long DeviceWeights, long DeviceCache, long DeviceCompute)
{
    private const string Symbol = "_Z26llama_get_memory_breakdownPK13llama_context";

    public static void SkipUnlessKnown()
        => Assert.SkipUnless(OperatingSystem.IsLinux(), "llama.cpp's own count of its memory is read as GCC lays it out, on Linux.");

    public static NativeBreakdown Of(LlamaContextHandle context)
    {
        var library = NativeLibrary.Load(Directory.GetFiles(NativeLibraries.Folder, "libllama.*").Single());
        var count = (delegate* unmanaged[Cdecl]<nint, StandardMap>)NativeLibrary.GetExport(library, Symbol);
        var map = count(context.DangerousGetHandle());
        var sizes = new Dictionary<string, (long Weights, long Cache, long Compute)>();
        Read(map.Root, sizes);
        return new NativeBreakdown(
            sizes.Where(pair => IsHost(pair.Key)).Sum(pair => pair.Value.Weights),
            sizes.Where(pair => IsHost(pair.Key)).Sum(pair => pair.Value.Cache),
            sizes.Where(pair => IsHost(pair.Key)).Sum(pair => pair.Value.Compute),
            sizes.Where(pair => !IsHost(pair.Key)).Sum(pair => pair.Value.Weights),
            sizes.Where(pair => !IsHost(pair.Key)).Sum(pair => pair.Value.Cache),
            sizes.Where(pair => !IsHost(pair.Key)).Sum(pair => pair.Value.Compute));
    }

    private static bool IsHost(string bufferType)
        => bufferType.StartsWith("CPU", StringComparison.Ordinal) || bufferType.EndsWith("_Host", StringComparison.Ordinal) || bufferType == "AMX";

    private static void Read(Node* node, Dictionary<string, (long Weights, long Cache, long Compute)> sizes)
    {
        if (node is null)
        {
            return;
        }

        Read(node->Left, sizes);
        var name = Marshal.PtrToStringUTF8((nint)ggml_backend_buft_name(node->BufferType)) ?? "";
        var before = sizes.GetValueOrDefault(name);
        sizes[name] = (before.Weights + node->Weights, before.Cache + node->Cache, before.Compute + node->Compute);
        Read(node->Right, sizes);
    }

    private static byte* ggml_backend_buft_name(nint bufferType)
    {
        var library = NativeLibrary.Load(Directory.GetFiles(NativeLibraries.Folder, "libggml-base.*").Single());
        var name = (delegate* unmanaged[Cdecl]<nint, byte*>)NativeLibrary.GetExport(library, nameof(ggml_backend_buft_name));
        return name(bufferType);
    }

    // std::map<ggml_backend_buffer_type_t, llama_memory_breakdown_data>; the tree stays where it is, and is never freed.
    [StructLayout(LayoutKind.Sequential)]
    private struct StandardMap
    {
        public nint Comparer;
        public nint HeaderColor;
        public Node* Root;
        public Node* First;
        public Node* Last;
        public nint Count;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        public nint Color;
        public Node* Parent;
        public Node* Left;
        public Node* Right;
        public nint BufferType;
        public long Weights;
        public long Cache;
        public long Compute;
    }
}
