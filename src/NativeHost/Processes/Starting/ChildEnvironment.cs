using System.Collections;
using System.Diagnostics;

namespace NativeHost.Processes.Starting;

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

    /// <summary>Where windows are shown and who passes words between programs, for programs of the user's own.</summary>
    private static readonly string[] NamesOfDesktop = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS"];

    private static readonly string[] PrefixesOfSystem = ["LC_", "XDG_"];

    private static readonly string[] Prefixes = ["TABAGENT_", "VK_", "GGML_VK_"];

    /// <summary>Whether a broker gets it.</summary>
    public static bool Keeps(string variable)
        => KeepsForWorker(variable)
            || KeepsForProgram(variable)
            || NamesOfModels.Contains(variable, StringComparer.OrdinalIgnoreCase)
            || variable.StartsWith("HF_", StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes away from a process that is to hold native code what that need not have.</summary>
    public static void RestrictToWorker(ProcessStartInfo start)
    {
        foreach (var variable in start.Environment.Keys.Where(variable => !KeepsForWorker(variable)).ToList())
        {
            start.Environment.Remove(variable);
        }
    }

    /// <summary>Whether a worker gets it: native code that reads strangers' files needs nobody's token.</summary>
    public static bool KeepsForWorker(string variable)
        => IsOfSystem(variable) || StartsWithAny(variable, Prefixes);

    /// <summary>Whether a program of the user's gets it, which knows nothing of us and needs nobody's token.</summary>
    public static bool KeepsForProgram(string variable)
        => IsOfSystem(variable) || NamesOfDesktop.Contains(variable, StringComparer.OrdinalIgnoreCase);

    /// <summary>The variables of this process that are kept, each as <c>NAME=value</c>.</summary>
    public static List<string> Variables(Predicate<string> keeps)
    {
        List<string> kept = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (keeps((string)variable.Key))
            {
                kept.Add($"{variable.Key}={variable.Value}");
            }
        }

        return kept;
    }

    /// <summary>Variables as Windows takes them: in order of their names, each with a zero behind it, and one more at the end.</summary>
    public static string BlockOf(IEnumerable<string> variables)
        => string.Concat(variables.OrderBy(NameOf, StringComparer.OrdinalIgnoreCase).Select(variable => variable + '\0')) + '\0';

    // Windows has names that begin with the sign.
    private static string NameOf(string variable) => variable[..variable.IndexOf('=', 1)];

    private static bool IsOfSystem(string variable)
        => Names.Contains(variable, StringComparer.OrdinalIgnoreCase) || StartsWithAny(variable, PrefixesOfSystem);

    private static bool StartsWithAny(string variable, string[] prefixes)
        => Array.Exists(prefixes, prefix => variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
