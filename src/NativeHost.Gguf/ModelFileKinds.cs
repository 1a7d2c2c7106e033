using System.Buffers.Binary;

namespace NativeHost.Gguf;

/// <summary>Tells model files apart: by how they begin, and by their extension where that says nothing.</summary>
public static class ModelFileKinds
{
    private const int HeadBytes = 128;
    private const int ZipNameOffset = 30;
    private const int MostSafetensorsHeader = 100_000_000; // the format's own limit
    private const int NewestOnnx = 32; // ir_version; 13 is today's

    /// <summary>Looks at the first bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">There is neither such a file nor such a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ModelFileKind Detect(string path)
    {
        if (Directory.Exists(path))
        {
            return ModelFileKind.Directory;
        }

        // A pipe is never opened: that would wait for whoever writes to it.
        if (HoldsNothing(path))
        {
            return ModelFileKind.Empty;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!file.CanSeek || file.Length == 0)
        {
            return ModelFileKind.Empty;
        }

        Span<byte> head = stackalloc byte[HeadBytes];
        head = head[..file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        var extension = Path.GetExtension(path).ToLowerInvariant();
        var kind = OfContent(head, file.Length, extension);
        return kind != ModelFileKind.Unknown ? kind : OfExtension(extension);
    }

    /// <summary>The kind in words for a message to the user, such as "a GGUF model".</summary>
    public static string DisplayName(ModelFileKind kind) => kind switch
    {
        ModelFileKind.Directory => "a folder",
        ModelFileKind.Empty => "an empty file, a pipe or a device",
        ModelFileKind.Gguf => "a GGUF model",
        ModelFileKind.LegacyGgml => "a GGML model from before GGUF",
        ModelFileKind.Onnx => "an ONNX model",
        ModelFileKind.Safetensors => "a safetensors file",
        ModelFileKind.PyTorch => "a PyTorch checkpoint",
        ModelFileKind.MediaPipe => "a MediaPipe or LiteRT model",
        _ => "a file of an unknown kind",
    };

    /// <summary>Whether it is there, at the end of its links, and has no bytes. So it is with all that is no file proper.</summary>
    internal static bool HoldsNothing(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        if (file.LinkTarget is not null)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!file.Exists && File.Exists(path))
            {
                // What has no name, as the pipe behind /dev/stdin.
                return true;
            }
        }

        return file is { Exists: true, Length: 0 };
    }

    private static ModelFileKind OfContent(ReadOnlySpan<byte> head, long fileBytes, string extension)
    {
        if (head.StartsWith("GGUF"u8))
        {
            return ModelFileKind.Gguf;
        }

        if (IsLegacyGgml(head))
        {
            return ModelFileKind.LegacyGgml;
        }

        if (head.StartsWith("LITERTLM"u8) || (head.Length >= 8 && head[4..].StartsWith("TFL3"u8)))
        {
            return ModelFileKind.MediaPipe;
        }

        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            return OfZip(head, extension);
        }

        if (IsPickle(head))
        {
            return ModelFileKind.PyTorch;
        }

        if (IsSafetensors(head, fileBytes))
        {
            return ModelFileKind.Safetensors;
        }

        return IsOnnx(head) ? ModelFileKind.Onnx : ModelFileKind.Unknown;
    }

    private static ModelFileKind OfExtension(string extension) => extension switch
    {
        ".gguf" => ModelFileKind.Gguf,
        ".onnx" => ModelFileKind.Onnx,
        ".safetensors" => ModelFileKind.Safetensors,
        ".task" or ".tflite" or ".litertlm" => ModelFileKind.MediaPipe,
        ".pt" or ".pth" => ModelFileKind.PyTorch,
        _ => ModelFileKind.Unknown,
    };

    /// <summary>
    /// The magics ggml, ggmf, ggjt and ggla were written as numbers, so they read backwards in most files.
    /// </summary>
    private static bool IsLegacyGgml(ReadOnlySpan<byte> head) =>
        head.StartsWith("lmgg"u8) || head.StartsWith("ggml"u8)
        || head.StartsWith("fmgg"u8) || head.StartsWith("ggmf"u8)
        || head.StartsWith("tjgg"u8) || head.StartsWith("ggjt"u8)
        || head.StartsWith("algg"u8) || head.StartsWith("ggla"u8);

    /// <summary>PyTorch's archive has its pickle first; a task bundle is told by its extension only.</summary>
    private static ModelFileKind OfZip(ReadOnlySpan<byte> head, string extension)
    {
        var firstName = head.Length > ZipNameOffset ? head[ZipNameOffset..] : default;
        return extension is ".bin" or ".pt" or ".pth" || firstName.IndexOf("/data.pkl"u8) >= 0
            ? ModelFileKind.PyTorch
            : OfExtension(extension) == ModelFileKind.MediaPipe ? ModelFileKind.MediaPipe : ModelFileKind.Unknown;
    }

    /// <summary>
    /// A pickle of protocol 2 to 5: the PROTO instruction, then a frame, a long, a mapping or a global.
    /// </summary>
    private static bool IsPickle(ReadOnlySpan<byte> head) =>
        head.Length >= 3 && head[0] == 0x80 && head[1] is >= 2 and <= 5 && head[2] is 0x95 or 0x8A or (byte)'}' or (byte)'c';

    /// <summary>Eight bytes of length, then so much JSON.</summary>
    private static bool IsSafetensors(ReadOnlySpan<byte> head, long fileBytes)
    {
        if (head.Length < 10 || head[8] != '{')
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
        return length is >= 2 and <= MostSafetensorsHeader && (long)length <= fileBytes - 8;
    }

    /// <summary>
    /// Protobuf: field 1 (ir_version) is a small number, field 2 (producer_name) a short printable text.
    /// </summary>
    private static bool IsOnnx(ReadOnlySpan<byte> head)
    {
        if (head.Length < 6 || head[0] != 0x08 || head[1] is 0 or > NewestOnnx || head[2] != 0x12)
        {
            return false;
        }

        var length = head[3];
        return length is > 0 and < 64 && head.Length >= 4 + length
            && !head.Slice(4, length).ContainsAnyExceptInRange((byte)' ', (byte)'~');
    }
}
