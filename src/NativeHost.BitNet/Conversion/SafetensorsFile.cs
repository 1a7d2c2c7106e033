using System.Buffers.Binary;
using System.Text.Json;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Conversion;

/// <summary>The header of a safetensors file: which tensors lie where. Their data is not read.</summary>
/// <remarks>
/// A file is eight bytes with the length of the header, the header in JSON, then the data. The header maps each name to a type, a shape
/// and the two ends of its data, counted from behind the header; together the tensors fill the data without a gap. Whatever is not so is
/// refused: a file is a stranger's. See https://huggingface.co/docs/safetensors.
/// </remarks>
internal sealed class SafetensorsFile
{
    private const int LengthBytes = 8;
    private const int MostHeaderBytes = 100_000_000; // the format's own limit
    private const int MostDimensions = 8;
    private const string MetadataName = "__metadata__";

    private readonly Dictionary<string, SafetensorsTensor> _tensors;

    private SafetensorsFile(string path, Dictionary<string, SafetensorsTensor> tensors) => (Path, _tensors) = (path, tensors);

    public string Path { get; }

    public IReadOnlyCollection<SafetensorsTensor> Tensors => _tensors.Values;

    /// <exception cref="ModelFormatException">It is not safetensors, is damaged or cut short.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return Read(path, stream);
    }

    /// <summary>Reads a header from the start of a stream that can seek; the path only serves messages.</summary>
    internal static SafetensorsFile Read(string path, Stream stream)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        if (stream.Length < LengthBytes)
        {
            throw new ModelFormatException(path, 0, "the file is too short for a header.");
        }

        stream.ReadExactly(length);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes > MostHeaderBytes || (long)headerBytes > stream.Length - LengthBytes)
        {
            throw new ModelFormatException(path, 0, $"a header of {headerBytes} bytes is announced, which the file cannot hold.");
        }

        var header = new byte[(int)headerBytes];
        stream.ReadExactly(header);
        var dataOffset = LengthBytes + header.LongLength;
        try
        {
            using var json = JsonDocument.Parse(header);
            return new SafetensorsFile(path, ReadTensors(path, json.RootElement, dataOffset, stream.Length - dataOffset));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(path, LengthBytes + (e.BytePositionInLine ?? 0), "the header is no JSON.");
        }
        catch (InvalidOperationException)
        {
            // Text that is no UTF-8 is found where it is read, and a number where a text should be too.
            throw new ModelFormatException(path, LengthBytes, "the header holds something of a wrong kind.");
        }
    }

    private static Dictionary<string, SafetensorsTensor> ReadTensors(string path, JsonElement root, long dataOffset, long dataBytes)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(StringComparer.Ordinal);
        Require(root.ValueKind == JsonValueKind.Object, "the header is no object");
        foreach (var property in root.EnumerateObject())
        {
            var name = property.Name;
            if (name != MetadataName)
            {
                Require(tensors.TryAdd(name, ReadTensor(name, property.Value)), $"the tensor {name} is there twice");
            }
        }

        var end = 0L;
        foreach (var tensor in tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Bytes))
        {
            Require(tensor.Offset == dataOffset + end, $"the tensor {tensor.Name} does not begin where the one before it ends");
            end += tensor.Bytes;
        }

        Require(end == dataBytes, $"the tensors have {end} bytes and the file has {dataBytes} for them");
        return tensors;

        SafetensorsTensor ReadTensor(string name, JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.Object
                || !value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
                || !value.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() > MostDimensions
                || !value.TryGetProperty("data_offsets", out var offsets) || offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2)
            {
                throw Refused($"the tensor {name} is not described by type, shape and offsets");
            }

            var (begin, end) = (Number(offsets[0]), Number(offsets[1]));
            Require(begin >= 0 && end >= begin && end <= dataBytes, $"the data of the tensor {name} does not lie in the file");
            long[] dimensions = [.. shape.EnumerateArray().Select(Number)];
            var typeName = type.GetString()!;
            var elements = Int128.One;
            foreach (var dimension in dimensions)
            {
                Require(dimension >= 0, $"the tensor {name} has an impossible shape");
                elements = elements * dimension <= long.MaxValue ? elements * dimension : throw Refused($"the tensor {name} has an impossible shape");
            }

            var elementBytes = SafetensorsTensor.BytesOf(typeName);
            Require(
                elementBytes is null || elements * elementBytes.Value == end - begin,
                $"the tensor {name} has {end - begin} bytes, which its type and shape do not make");
            return new SafetensorsTensor(name, typeName, dimensions, dataOffset + begin, end - begin);
        }

        static long Number(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : -1;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw Refused(problem);
            }
        }

        ModelFormatException Refused(string problem) => new(path, LengthBytes, problem + ".");
    }
}

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Type">As the file says it: "BF16", "U8" …</param>
/// <param name="Shape">The dimension that lies together in memory last; empty for a single number.</param>
/// <param name="Offset">Where its data begins, in bytes from the start of the file.</param>
/// <param name="Bytes">How long its data is.</param>
internal sealed record SafetensorsTensor(string Name, string Type, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Bytes of one element; null for a type that is not known.</summary>
    public static int? BytesOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" => 1,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "F32" or "I32" or "U32" => 4,
        "F64" or "I64" or "U64" => 8,
        _ => null,
    };
}
