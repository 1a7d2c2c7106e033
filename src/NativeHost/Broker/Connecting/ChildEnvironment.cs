namespace NativeHost.Broker.Connecting;

/// <summary>Which variables of the environment reach the processes that we start.</summary>
/// <remarks>
/// A browser's own may name libraries to load before ours (LD_PRELOAD, LD_LIBRARY_PATH in sandboxes), and a broker outlives the
/// browser that happened to start it. So only what is known to be needed goes on.
/// </remarks>
internal static class ChildEnvironment
{
    private static readonly string[] Names =
    [
        "HOME", "USER", "LOGNAME", "PATH", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP",
        "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "USERNAME", "USERPROFILE", "USERDOMAIN", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CUDA_VISIBLE_DEVICES",
    ];

    /// <summary>Where models come from and lie, and the user's token.</summary>
    private static readonly string[] NamesOfModels =
    [
        "HUGGINGFACE_HUB_CACHE", "HUGGING_FACE_HUB_TOKEN", "TRANSFORMERS_OFFLINE", "MODEL_ENDPOINT", "LLAMA_CACHE", "OLLAMA_MODELS", "MODEL_CACHE_DIR",
    ];

    private static readonly string[] Prefixes = ["LC_", "XDG_", "TABAGENT_", "VK_", "GGML_VK_"];

    /// <summary>Whether a broker gets it.</summary>
    public static bool Keeps(string variable)
        => KeepsForWorker(variable)
            || NamesOfModels.Contains(variable, StringComparer.OrdinalIgnoreCase)
            || variable.StartsWith("HF_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a worker gets it: native code that reads strangers' files needs nobody's token.</summary>
    public static bool KeepsForWorker(string variable)
        => Names.Contains(variable, StringComparer.OrdinalIgnoreCase)
            || Array.Exists(Prefixes, prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
