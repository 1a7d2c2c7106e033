namespace NativeHost.ModelCache.Variants;

/// <summary>Names the formats of models that are not GGUF, so that a person learns what a repository is.</summary>
internal static class OtherFormats
{
    /// <returns>Null for a file that is no model.</returns>
    public static string? Of(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var dot = name.LastIndexOf('.');
        return (dot < 0 ? "" : name[dot..]) switch
        {
            ".safetensors" => "safetensors",
            ".onnx" => "ONNX",
            ".pt" or ".pth" => "PyTorch",
            ".bin" when name.StartsWith("pytorch_model", StringComparison.Ordinal) => "PyTorch",
            ".bin" when name.Contains("ggml", StringComparison.Ordinal) => "GGML, from before GGUF",
            ".tflite" or ".task" or ".litertlm" => "LiteRT",
            ".mlmodel" or ".mlpackage" => "Core ML",
            ".h5" or ".keras" => "Keras",
            ".msgpack" => "Flax",
            _ => null,
        };
    }
}
