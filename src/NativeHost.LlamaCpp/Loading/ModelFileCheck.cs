using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>Looks at a model file before llama.cpp does: whether it is one that llama.cpp makes text or embeddings with.</summary>
/// <remarks>llama.cpp answers any doubt with no more than a failure, so a file is refused here, by its header, with its reason.</remarks>
public static class ModelFileCheck
{
    /// <exception cref="ModelFormatException">The file is damaged or cut short.</exception>
    /// <exception cref="UnsupportedModelException">It is of a kind that llama.cpp makes neither text nor embeddings with.</exception>
    /// <exception cref="IOException">It, or a part of a split model, is missing or cannot be read.</exception>
    internal static ModelHeader Read(string path)
    {
        var file = ModelFile.ReadHeader(path);
        Check(file);
        return ModelHeader.Of(file);
    }

    /// <summary>All that a load checks of a file on this machine.</summary>
    /// <exception cref="ModelFormatException">The header breaks a rule of llama.cpp's.</exception>
    /// <exception cref="UnsupportedModelException">It is of a kind that llama.cpp does not make text with.</exception>
    /// <exception cref="IOException">The file, or a part of a split model, is missing or cannot be read.</exception>
    public static void Check(GgufFile file)
    {
        CheckContent(file);
        HeaderRules.Check(file);
        CheckParts(file);
    }

    /// <summary>The same by the header alone, wherever the file is.</summary>
    /// <exception cref="UnsupportedModelException">It is of a kind that llama.cpp makes neither text nor embeddings with.</exception>
    public static void CheckContent(GgufFile file)
    {
        var content = file.Metadata.Text("general.type") ?? "model";
        var architecture = file.Architecture ?? "";
        if (content != "model" || architecture == "clip")
        {
            content = architecture == "clip" || content == "mmproj" ? "vision projector" : content;
            throw Unsupported(file, $"GGUF {content}", $"is no model of its own but a {content}; load the model that it belongs to");
        }

        if (architecture.Length == 0)
        {
            throw Unsupported(file, "GGUF without an architecture", "does not name its architecture");
        }

        // The types come first: what names an unknown architecture is often no less a BitNet file, and that says more.
        if (file.Tensors.FirstOrDefault(tensor => tensor.TypeId == GgufTensorType.I2S) is { } ternary)
        {
            throw Unsupported(file, $"{architecture} {ternary.TypeName}", $"holds ternary weights of the type {ternary.TypeName}, which llama.cpp cannot compute");
        }

        if (!SupportedArchitectures.Contains(architecture) && !EmbeddingModels.IsEncoder(file))
        {
            throw Unsupported(file, architecture, $"is of the architecture {architecture}, which llama.cpp does not run here");
        }

        if (file.Tensors.FirstOrDefault(tensor => GgufTensorType.Find(tensor.TypeId) is null) is { } unknown)
        {
            throw Unsupported(file, $"{architecture} {unknown.TypeName}", $"holds a tensor of an unknown type ({unknown.Name}: {unknown.TypeName})");
        }

        if (file.Tensors.Count == 0)
        {
            throw Unsupported(file, "GGUF vocabulary", "holds a vocabulary without weights");
        }
    }

    /// <summary>A model in several files is loaded by its first, and needs all of them.</summary>
    private static void CheckParts(GgufFile file)
    {
        var count = file.SplitCount ?? 1;
        if (count <= 1)
        {
            return;
        }

        var ending = ModelHeader.SplitEnding(1, count);
        if (file.Metadata.Integer("split.no") is not (null or 0) || !file.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported(file, "part of a split GGUF", $"is one of the {count} files of a model; load the first, whose name ends in {ending}");
        }

        for (var number = 1; number <= count; number++)
        {
            var part = file.Path[..^ending.Length] + ModelHeader.SplitEnding(number, count);
            if (!File.Exists(part))
            {
                throw new FileNotFoundException($"{part} is missing, which is part {number} of the model.", part);
            }
        }
    }

    private static UnsupportedModelException Unsupported(GgufFile file, string kind, string problem)
        => new(kind, $"{file.Path} {problem}.");
}
