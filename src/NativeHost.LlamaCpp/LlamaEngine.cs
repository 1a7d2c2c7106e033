using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NativeHost.Inference;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp;

/// <summary>llama.cpp in this process: loaded once, before the first model, and never unloaded.</summary>
internal static unsafe class LlamaEngine
{
    /// <summary>Releases whose structures are those of <see cref="Interop"/>; their version texts start so.</summary>
    private static readonly string[] KnownVersions = ["0.4.0", "0.5.0"];

    private static readonly Lock Gate = new();
    private static bool _started;
    private static EngineException? _refusal;

    /// <summary>The version that llama.cpp gives itself; empty before <see cref="Start"/>.</summary>
    public static string Version { get; private set; } = "";

    /// <summary>The devices that compute, the CPU among them; empty before <see cref="Start"/>.</summary>
    public static IReadOnlyList<ComputeDevice> Devices { get; private set; } = [];

    /// <summary>Loads llama.cpp, takes its log, and makes sure that it is the llama.cpp this binding is for. Later calls do nothing.</summary>
    /// <exception cref="EngineException">It cannot be loaded, or is another version; later calls fail likewise.</exception>
    public static void Start()
    {
        lock (Gate)
        {
            if (_refusal is not null)
            {
                throw new EngineException(_refusal.Message, _refusal);
            }

            if (_started)
            {
                return;
            }

            try
            {
                StartOnce();
                _started = true;
            }
            catch (EngineException refusal)
            {
                _refusal = refusal;
                throw;
            }
        }
    }

    private static void StartOnce()
    {
        NativeLibraries.Load();

        // A user's variable must not make this process load a library from elsewhere, nor a failed assertion start a debugger.
        NativeEnvironment.Set("GGML_BACKEND_PATH", "");
        NativeEnvironment.Set("GGML_NO_BACKTRACE", "1");
        NativeLog.Connect();

        Version = Text(LlamaNative.llama_version());
        if (!Array.Exists(KnownVersions, known => Version.StartsWith(known, StringComparison.Ordinal)))
        {
            throw new EngineException(
                $"The llama.cpp in {NativeLibraries.Folder} is of version {Version}; this host is made for {string.Join(" and ", KnownVersions)}.");
        }

        CheckLayouts(LlamaNative.llama_model_default_params(), LlamaNative.llama_context_default_params());
        LlamaNative.ggml_backend_load_all_from_path(NativeLibraries.Folder);
        LlamaNative.llama_backend_init();
        Devices = ListDevices();
        if (Devices.Count == 0)
        {
            throw new EngineException($"No library in {NativeLibraries.Folder} computes on this machine's processor. {NativeLog.LastComplaints()}");
        }
    }

    /// <summary>Compares defaults that are far apart in the structures with their known values: a shifted field shows.</summary>
    internal static void CheckLayouts(LlamaModelParams model, LlamaContextParams context)
    {
        var modelIsKnown = model is { GpuLayers: -1, SplitMode: 1, LoadMode: LlamaLoadMode.Auto, LazyMode: 1, UseExtraBufferTypes: true, VocabularyOnly: false };
        var contextIsKnown = context is
        {
            ContextTokens: 512, BatchTokens: 2048, MicroBatchTokens: 512, MaxSequences: 1, Threads: 4,
            PoolingType: -1, AttentionType: -1, FlashAttention: -1, TypeK: 1, TypeV: 1,
            OffloadKqv: true, NoPerf: true, OpOffload: true, FullSlidingWindow: true, SamplerCount: 0,
        };
        if (!modelIsKnown || !contextIsKnown || Unsafe.SizeOf<LlamaModelParams>() != 80 || Unsafe.SizeOf<LlamaContextParams>() != 160)
        {
            throw new EngineException($"The llama.cpp in {NativeLibraries.Folder} lays its structures out in an unknown way.");
        }
    }

    private static List<ComputeDevice> ListDevices()
    {
        var devices = new List<ComputeDevice>();
        for (nuint index = 0; index < LlamaNative.ggml_backend_dev_count(); index++)
        {
            var device = LlamaNative.ggml_backend_dev_get(index);
            devices.Add(new ComputeDevice(
                device,
                Text(LlamaNative.ggml_backend_dev_name(device)),
                Text(LlamaNative.ggml_backend_dev_description(device)),
                (ComputeDeviceKind)LlamaNative.ggml_backend_dev_type(device)));
        }

        return devices;
    }

    private static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";
}
