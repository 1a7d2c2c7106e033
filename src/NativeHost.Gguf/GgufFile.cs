using System.Runtime.InteropServices;

namespace NativeHost.Gguf;

/// <summary>
/// The header of a GGUF file: what the model is, and where its tensors lie. The weights are not read.
/// </summary>
/// <remarks>
/// A file is a stranger's. Reading allocates a small multiple of the header's size and never follows a length that the
/// file is too short for; a file that breaks the format in any way is refused with a
/// <see cref="ModelFormatException"/>. Immutable, so any thread may use it; the file itself is closed again.
/// </remarks>
public sealed class GgufFile
{
    internal GgufFile(
        string path,
        long fileBytes,
        int version,
        int alignment,
        GgufMetadata metadata,
        IReadOnlyList<GgufTensor> tensors)
    {
        Path = path;
        FileBytes = fileBytes;
        Version = version;
        Alignment = alignment;
        Metadata = metadata;
        Tensors = tensors;
    }

    public string Path { get; }

    public long FileBytes { get; }

    /// <summary>2 or 3.</summary>
    public int Version { get; }

    /// <summary>Each tensor's data begins at a multiple of this many bytes.</summary>
    public int Alignment { get; }

    /// <summary>Where the first metadata pair begins. The pairs end at <see cref="TensorTableOffset"/>.</summary>
    public long MetadataOffset { get; internal init; }

    /// <summary>Where the first line of the tensor table begins.</summary>
    public long TensorTableOffset { get; internal init; }

    /// <summary>
    /// Where the data begins; a tensor's offset counts from here. May lie behind a file without tensors.
    /// </summary>
    public long DataOffset { get; internal init; }

    public GgufMetadata Metadata { get; }

    public IReadOnlyList<GgufTensor> Tensors { get; }

    /// <summary>Such as "llama" or "bitnet-b1.58"; also the first part of the keys that describe the model.</summary>
    public string? Architecture => Metadata.Text("general.architecture");

    public string? Name => Metadata.Text("general.name");

    /// <summary>The Jinja source of the template that turns a conversation into a prompt.</summary>
    public string? ChatTemplate => Metadata.Text("tokenizer.chat_template");

    /// <summary>In how many files the model lies; null when it says nothing, which means one.</summary>
    public int? SplitCount => Small("split.count");

    /// <summary>Tokens that the model was trained to see at once.</summary>
    public int? ContextLength => OfModel("context_length");

    public int? BlockCount => OfModel("block_count");

    public int? EmbeddingLength => OfModel("embedding_length");

    /// <summary>Attention heads; the most that any layer has.</summary>
    public int? HeadCount => OfModel("attention.head_count");

    /// <summary>Heads of keys and values; the most that any layer has, and without a word as many as heads.</summary>
    public int? HeadCountKv => OfModel("attention.head_count_kv") ?? HeadCount;

    /// <summary>Numbers in a key of one head.</summary>
    public int? KeyLength => OfModel("attention.key_length") ?? HeadLength;

    /// <summary>Numbers in a value of one head.</summary>
    public int? ValueLength => OfModel("attention.value_length") ?? HeadLength;

    public int? VocabularySize =>
        OfModel("vocab_size")
        ?? (Metadata.ArrayLength("tokenizer.ggml.tokens") is <= int.MaxValue and var length ? (int?)length : null);

    private int? HeadLength => HeadCount is > 0 and var heads && EmbeddingLength is { } width ? width / heads : null;

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="ModelFormatException">It is not GGUF of version 2 or 3, is damaged or cut short.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static GgufFile Read(string path)
    {
        if (ModelFileKinds.HoldsNothing(path))
        {
            throw new ModelFormatException(path, 0, "it is empty, a pipe or a device.");
        }

        // Read, not mapped: a file that shrinks while it is mapped ends the process. HeaderBytes has the buffer.
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Read(path, stream);
    }

    /// <summary>Reads a header from the first bytes of a file that is elsewhere, such as one that is not downloaded yet.</summary>
    /// <param name="name">Stands for the path in the result and in messages.</param>
    /// <param name="start">The first bytes, as many as there are; not kept.</param>
    /// <param name="fileBytes">Length of the whole file.</param>
    /// <param name="neededBytes">How long the start must be at least where it is too short; else its own length.</param>
    /// <returns>Null where the header goes on behind the start and nothing is wrong so far.</returns>
    /// <exception cref="ModelFormatException">It is not GGUF of version 2 or 3, or says what a file of this length cannot hold.</exception>
    public static GgufFile? ReadStart(string name, ReadOnlyMemory<byte> start, long fileBytes, out long neededBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fileBytes, start.Length);
        neededBytes = start.Length;
        using var stream = StreamOf(start);
        try
        {
            return new GgufHeaderReader(new HeaderBytes(name, stream, fileBytes)).Read(name);
        }
        catch (HeaderGoesOnException e)
        {
            neededBytes = e.NeededBytes;
            return null;
        }
    }

    /// <summary>Reads a header from the start of a stream that can seek; the path only serves messages.</summary>
    internal static GgufFile Read(string path, Stream stream) =>
        new GgufHeaderReader(new HeaderBytes(path, stream)).Read(path);

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    private int? OfModel(string key) => Architecture is { } architecture ? Small($"{architecture}.{key}") : null;

    private int? Small(string key)
    {
        var value = Metadata.Integer(key) ?? (Metadata.Integers(key) is { Count: > 0 } layers ? layers.Max() : null);
        return value is >= 0 and <= int.MaxValue ? (int)value : null;
    }
}
