using System.Runtime.InteropServices;
using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>Finds and loads llama.cpp's libraries: all of them from one folder, so that versions never mix.</summary>
internal static class NativeLibraries
{
    /// <summary>Names a folder that is used instead of the one beside the executable.</summary>
    public const string FolderVariable = "TABAGENT_NATIVES";

    private static readonly Dictionary<string, nint> Loaded = [];

    /// <summary>The folder that the libraries are taken from.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } own
            ? Path.GetFullPath(own)
            : Path.Combine(AppContext.BaseDirectory, "natives");

    /// <summary>Loads the libraries, each after those it needs.</summary>
    /// <exception cref="EngineException">One is missing, or the system cannot load it.</exception>
    public static void Load()
    {
        foreach (var name in (ReadOnlySpan<string>)[LlamaNative.GgmlBase, LlamaNative.Ggml, LlamaNative.Llama])
        {
            try
            {
                Loaded[name] = NativeLibrary.Load(FileOf(name));
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
            {
                throw new EngineException($"llama.cpp's library {name} in {Folder} cannot be loaded: {failure.Message} {Requirements}", failure);
            }
        }

        NativeLibrary.SetDllImportResolver(typeof(LlamaNative).Assembly, (name, _, _) => HandleOf(name));
    }

    /// <summary>A library that <see cref="Load"/> has loaded; 0 for others.</summary>
    public static nint HandleOf(string name) => Loaded.GetValueOrDefault(name);

    private static string Requirements =>
        OperatingSystem.IsWindows() ? "It needs the Microsoft Visual C++ 2015-2022 redistributable."
        : OperatingSystem.IsMacOS() ? "It needs macOS 14 or later."
        : "It needs glibc 2.34 and libstdc++ of GCC 11, or later.";

    /// <summary>The file of a library. Variant and version stand in its name: libllama.metal.v0.4.0.dylib, llama.v0.4.0.dll.</summary>
    private static string FileOf(string name)
    {
        var (prefix, extension) = OperatingSystem.IsWindows() ? ("", ".dll")
            : OperatingSystem.IsMacOS() ? ("lib", ".dylib")
            : ("lib", ".so");
        string[] found = Directory.Exists(Folder) ? Directory.GetFiles(Folder, $"{prefix}{name}.*") : [];
        found = Array.FindAll(found, file => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
        return found.Length == 1
            ? found[0]
            : throw new EngineException(
                $"There should be one file {prefix}{name}.*{extension} in {Folder}, and there are {found.Length}. "
                + $"Publish or install again, or set {FolderVariable} to a folder with llama.cpp's libraries.");
    }
}
