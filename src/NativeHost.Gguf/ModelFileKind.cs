namespace NativeHost.Gguf;

/// <summary>What a file that may hold a model is.</summary>
public enum ModelFileKind
{
    Unknown,
    Directory,
    Gguf,

    /// <summary>The formats of llama.cpp before GGUF.</summary>
    LegacyGgml,
    Onnx,
    Safetensors,
    PyTorch,

    /// <summary>TensorFlow Lite, a MediaPipe task bundle, or LiteRT-LM.</summary>
    MediaPipe,
}
