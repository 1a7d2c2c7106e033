namespace NativeHost.Actions.Recipes;

/// <summary>The original host's ways to run a model, and which of them this program has on this machine.</summary>
/// <param name="hasLlama">Whether llama.cpp's libraries are there; the ternary engine takes its tokenizer from them.</param>
/// <param name="hasVulkan">Whether llama.cpp's Vulkan plugin is there.</param>
/// <param name="hasMetal">Whether llama.cpp's libraries are those for Metal.</param>
internal sealed class RecipeTable(bool hasLlama, bool hasVulkan, bool hasMetal)
{
    private const string NoOnnx = "no engine here runs ONNX files; take a GGUF file of the model";
    private const string Missing = "llama.cpp's libraries are missing; tabagent doctor says what to do";
    private const string VulkanText = "GGUF models on a GPU by Vulkan, with llama.cpp";
    private const string VulkanGpu = "Vulkan-compatible GPU";
    private const string AnyCpu = "Any CPU";
    private const string NvidiaGpu = "NVIDIA GPU with CUDA";
    private const string RyzenAi = "AMD Ryzen AI 300+ series";
    private const string Windows = "Windows";
    private const string Linux = "Linux";
    private const string Mac = "macOS";

    private static readonly string[] Everywhere = [Windows, Linux, Mac];
    private static readonly string[] WindowsAndLinux = [Windows, Linux];

    /// <summary>The twelve recipes, in the original's order.</summary>
    public IReadOnlyList<RecipeView> All { get; } =
    [
        Recipe("bitnet-cpu", "bitnet_cpu", "cpu", ".gguf (BitNet)", "Ternary models on the processor, with an engine of our own", AnyCpu, Everywhere)
            .Where(hasLlama, Missing),
        Recipe("bitnet-gpu", "bitnet_gpu", "cuda", ".gguf (BitNet)", "Ternary models on an NVIDIA GPU", NvidiaGpu, WindowsAndLinux)
            .Where(false, "the ternary engine computes on the processor; take bitnet-cpu"),
        Recipe("onnx-cpu", "onnx_cpu", "cpu", ".onnx", "ONNX models on the processor", AnyCpu, Everywhere).Where(false, NoOnnx),
        Recipe("onnx-directml", "onnx_directml", "directml", ".onnx", "ONNX models by DirectML", "DirectX 12 compatible GPU", [Windows]).Where(false, NoOnnx),
        Recipe("onnx-npu", "onnx_npu", "npu", ".onnx", "ONNX models on an NPU", RyzenAi, [Windows]).Where(false, NoOnnx),
        Recipe("onnx-hybrid", "onnx_npu", "npu", ".onnx", "ONNX models on NPU and GPU together", RyzenAi, [Windows]).Where(false, NoOnnx),
        Recipe("onnx-cuda", "onnx_cuda", "cuda", ".onnx", "ONNX models on an NVIDIA GPU", NvidiaGpu, WindowsAndLinux).Where(false, NoOnnx),
        Recipe("llama-cpu", "llama_cpp_cpu", "cpu", ".gguf", "GGUF models on the processor, with llama.cpp", AnyCpu, Everywhere).Where(hasLlama, Missing),
        Recipe("llama-cuda", "llama_cpp_cuda", "cuda", ".gguf", "GGUF models on an NVIDIA GPU by CUDA, with llama.cpp", NvidiaGpu, WindowsAndLinux)
            .Where(false, "this build has no CUDA; take llama-vulkan, which runs on NVIDIA's GPUs as well"),
        hasVulkan
            ? Recipe("llama-vulkan", "llama_cpp_vulkan", "vulkan", ".gguf", VulkanText, VulkanGpu, WindowsAndLinux)
                with { Reason = "llama.cpp's Vulkan plugin is there; get_hardware_info tells whether it finds a GPU" }
            : Recipe("llama-vulkan", "llama_cpp_vulkan", "vulkan", ".gguf", VulkanText, VulkanGpu, WindowsAndLinux)
                .Where(false, "llama.cpp's Vulkan plugin is not installed: publish with -p:WithVulkan=true"),
        Recipe("llama-metal", "llama_cpp_metal", "metal", ".gguf", "GGUF models on an Apple GPU, with llama.cpp", "Apple M1/M2/M3", [Mac])
            .Where(hasMetal, "it needs macOS, and llama.cpp's libraries for Metal"),
        Recipe("mediapipe", "mediapipe_cpu", "cpu", ".task", "MediaPipe tasks on the processor", AnyCpu, Everywhere)
            .Where(false, "no engine here runs MediaPipe tasks; take a GGUF file of the model"),
    ];

    /// <summary>As the libraries in a folder allow.</summary>
    /// <param name="nativesFolder">Absolute path of the folder with llama.cpp's libraries, whether or not it is there.</param>
    public static RecipeTable Of(string nativesFolder)
    {
        string[] files = Directory.Exists(nativesFolder) ? [.. Directory.GetFiles(nativesFolder).Select(file => Path.GetFileName(file))] : [];
        return new RecipeTable(Has("llama."), Has("ggml-vulkan"), OperatingSystem.IsMacOS() && Has("metal"));

        bool Has(string part) => Array.Exists(files, file => file.Contains(part, StringComparison.OrdinalIgnoreCase) && !file.EndsWith(".txt", StringComparison.Ordinal));
    }

    private static RecipeView Recipe(
        string name, string backend, string acceleration, string format, string description, string hardware, IReadOnlyList<string> systems)
        => new(name, backend, acceleration, format, description, hardware, systems, null, null);
}
