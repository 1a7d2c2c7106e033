namespace NativeHost.Gguf;

/// <summary>What a file that may hold a model is.</summary>
public enum ModelFileKind
{
    Unknown,
    Directory,

    /// <summary>Nothing that could be read: an empty file, or no file proper but a pipe or a device.</summary>
    Empty,
    Gguf,

    /// <summary>The formats of llama.cpp before GGUF.</summary>
    LegacyGgml,
    Onnx,
    Safetensors,
    PyTorch,

    /// <summary>TensorFlow Lite, a MediaPipe task bundle, or LiteRT-LM.</summary>
    MediaPipe,
}
