using NativeHost.Gguf;

namespace NativeHost.Inference;

/// <summary>A model's file, before an engine has it.</summary>
public static class ModelFile
{
    /// <summary>Reads what decides about engines: the header, of which every engine's files have one.</summary>
    /// <exception cref="UnsupportedModelException">The file is of a kind that no engine here runs.</exception>
    /// <exception cref="ModelFormatException">It is damaged or cut short.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static GgufFile ReadHeader(string path)
    {
        var kind = ModelFileKinds.Detect(path);
        if (kind != ModelFileKind.Gguf)
        {
            var name = ModelFileKinds.DisplayName(kind);
            throw new UnsupportedModelException(name, $"{path} is {name}; only GGUF models are run here.");
        }

        return GgufFile.Read(path);
    }
}
