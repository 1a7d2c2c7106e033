namespace NativeHost.ModelCache.Store;

/// <summary>A folder in which another program keeps models.</summary>
/// <param name="Tool">Its name, as people know it.</param>
public sealed record ForeignPlace(string Tool, string Folder, ForeignLayout Layout)
{
    /// <summary>Where the programs keep them that people have.</summary>
    /// <param name="variable">Gives an environment variable, or null.</param>
    /// <param name="home">The user's folder.</param>
    public static IReadOnlyList<ForeignPlace> Usual(Func<string, string?> variable, string home, ForeignSystem system)
    {
        // Of LM Studio's own documents: where its folder was moved to is in this file.
        var studio = TryReadLine(Path.Combine(home, ".lmstudio-home-pointer")) ?? Path.Combine(home, ".lmstudio");
        var userCache = Set("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");
        var llama = Set("LLAMA_CACHE") ?? system switch
        {
            ForeignSystem.Windows => Path.Combine(Set("LOCALAPPDATA") ?? Path.Combine(home, "AppData", "Local"), "llama.cpp"),
            ForeignSystem.MacOS => Path.Combine(home, "Library", "Caches", "llama.cpp"),
            _ => Path.Combine(userCache, "llama.cpp"),
        };

        List<ForeignPlace> places =
        [
            new("LM Studio", Path.Combine(studio, "models"), ForeignLayout.Files),
            new("LM Studio", Path.Combine(home, ".cache", "lm-studio", "models"), ForeignLayout.Files),
            new("Ollama", Set("OLLAMA_MODELS") ?? Path.Combine(home, ".ollama", "models"), ForeignLayout.Ollama),
            new("llama.cpp", llama, ForeignLayout.Files),
            new("llama.cpp", llama, ForeignLayout.Hub),
            new("the hub's tools", Set("HF_HUB_CACHE") ?? Set("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Set("HF_HOME") ?? Path.Combine(userCache, "huggingface"), "hub"), ForeignLayout.Hub),
            new("the hub's tools", Path.Combine(home, ".cache", "huggingface", "hub"), ForeignLayout.Hub),
        ];
        if (system == ForeignSystem.Linux)
        {
            // Where its installer makes it a service.
            places.Add(new("Ollama", "/usr/share/ollama/.ollama/models", ForeignLayout.Ollama));
        }

        return [.. places.Where(place => Path.IsPathRooted(place.Folder)).Distinct()];

        string? Set(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    private static string? TryReadLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } line && Path.IsPathRooted(line) ? line : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>How a program lays out its models.</summary>
public enum ForeignLayout
{
    /// <summary>GGUF files under their own names, in folders.</summary>
    Files,

    /// <summary><c>blobs/sha256-…</c>, named by <c>manifests/host/namespace/name/tag</c>.</summary>
    Ollama,

    /// <summary>A hub cache: <c>models--owner--name/blobs/…</c>.</summary>
    Hub,
}

/// <summary>Systems that differ in where programs keep things.</summary>
public enum ForeignSystem
{
    Linux,
    MacOS,
    Windows,
}
