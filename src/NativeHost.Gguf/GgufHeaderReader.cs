namespace NativeHost.Gguf;

/// <summary>Reads a GGUF header: magic, version, counts, metadata, tensor table.</summary>
/// <remarks>
/// The layout, all little endian:
/// <code>
/// header := "GGUF" version:u32 tensors:u64 pairs:u64 pair* tensor* padding
/// pair   := key:string type:u32 value
/// string := length:u64 bytes
/// array  := elementType:u32 count:u64 value*
/// tensor := name:string dimensions:u32 dimension:u64* type:u32 offset:u64
/// </code>
/// The specification is docs/gguf.md of the ggml project. The data begins at the next multiple of general.alignment.
/// </remarks>
internal sealed class GgufHeaderReader(HeaderBytes bytes)
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int MostNameBytes = 65_535;
    private const int MostTextBytes = 16 * 1024 * 1024;
    private const int MostNesting = 4;

    // Far above any real model's; what a file of the smallest entries can make the reader hold stays in the tens of MB.
    private const int MostEntries = 65_536;
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;
    private const int MostAlignment = 1024 * 1024;
    private const int LeastPairBytes = 8 + 4 + 1;
    private const int LeastTensorBytes = 8 + 4 + 8 + 4 + 8;
    private const string AlignmentKey = "general.alignment";

    public GgufFile Read(string path)
    {
        var version = ReadVersion();
        var tensorCount = bytes.Count("tensors", LeastTensorBytes);
        var pairCount = bytes.Count("metadata pairs", LeastPairBytes);
        if (Math.Max(tensorCount, pairCount) > MostEntries)
        {
            throw bytes.Wrong(bytes.Offset, $"the header counts {tensorCount} tensors and {pairCount} metadata pairs, and {MostEntries} are the most");
        }

        var metadataOffset = bytes.Offset;
        var metadata = ReadMetadata(pairCount);
        var alignment = AlignmentOf(metadata, metadataOffset);

        var tensorTableOffset = bytes.Offset;
        var tensors = new List<GgufTensor>();
        var places = new List<long>();
        ReadTensors(tensorCount, metadata, alignment, tensors, places);

        var dataOffset = (bytes.Offset + alignment - 1) / alignment * alignment;
        CheckData(tensors, places, dataOffset);
        return new GgufFile(path, bytes.FileBytes, version, alignment, metadata, tensors)
        {
            MetadataOffset = metadataOffset,
            TensorTableOffset = tensorTableOffset,
            DataOffset = dataOffset,
        };
    }

    private int ReadVersion()
    {
        if (bytes.Left < sizeof(uint) || bytes.UInt32() != Magic)
        {
            throw bytes.Wrong(0, "the letters GGUF are missing");
        }

        var place = bytes.Offset;
        return bytes.UInt32() switch
        {
            2 => 2,
            3 => 3,
            0x02000000 or 0x03000000 => throw bytes.Wrong(place, "the file is big endian; only little endian is read"),
            var other => throw bytes.Wrong(place, $"the GGUF version is {other}; versions 2 and 3 are read"),
        };
    }

    private GgufMetadata ReadMetadata(long count)
    {
        var values = new Dictionary<string, GgufValue>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            var place = bytes.Offset;
            var key = bytes.Text("a key", MostNameBytes);
            var value = ReadValue(ReadType());
            if (!values.TryAdd(key, value with { PairOffset = place, PairBytes = bytes.Offset - place }))
            {
                throw bytes.Wrong(place, $"the key {key} stands twice");
            }
        }

        return new GgufMetadata(values);
    }

    private GgufValueType ReadType()
    {
        var place = bytes.Offset;
        var type = bytes.UInt32();
        return type <= (uint)GgufValueType.Float64
            ? (GgufValueType)type
            : throw bytes.Wrong(place, $"{type} is not a kind of value");
    }

    private GgufValue ReadValue(GgufValueType type) => type switch
    {
        GgufValueType.String => new(type, 0, bytes.Text("a text", MostTextBytes)),
        GgufValueType.Array => new(type, 0, ReadArray()),
        GgufValueType.Float32 => new(type, BitConverter.DoubleToInt64Bits(bytes.Float32()), null),
        GgufValueType.Float64 => new(type, BitConverter.DoubleToInt64Bits(bytes.Float64()), null),
        _ => new(type, ReadInteger(type), null),
    };

    private long ReadInteger(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Bool => bytes.UInt8(),
        GgufValueType.Int8 => (sbyte)bytes.UInt8(),
        GgufValueType.UInt16 => bytes.UInt16(),
        GgufValueType.Int16 => (short)bytes.UInt16(),
        GgufValueType.UInt32 => bytes.UInt32(),
        GgufValueType.Int32 => (int)bytes.UInt32(),
        _ => (long)bytes.UInt64(),
    };

    private GgufArray ReadArray()
    {
        var type = ReadType();
        var count = bytes.Count("array elements", GgufValueTypes.LeastBytes(type));
        var offset = bytes.Offset;
        if (count > GgufMetadata.KeptIntegers || !(GgufValueTypes.IsInteger(type) || type == GgufValueType.Bool))
        {
            SkipElements(type, count, nesting: 1);
            return new GgufArray(type, count, offset, null);
        }

        var integers = new long[count];
        for (var i = 0; i < integers.Length; i++)
        {
            integers[i] = ReadInteger(type);
        }

        return new GgufArray(type, count, offset, integers);
    }

    private void SkipElements(GgufValueType type, long count, int nesting)
    {
        if (nesting > MostNesting)
        {
            throw bytes.Wrong(bytes.Offset, $"arrays are nested more than {MostNesting} deep");
        }

        if (GgufValueTypes.FixedBytes(type) is > 0 and var size)
        {
            bytes.Skip(count * size);
            return;
        }

        for (var i = 0L; i < count; i++)
        {
            if (type == GgufValueType.String)
            {
                bytes.Skip(bytes.Count("bytes of a text", 1));
            }
            else
            {
                var inner = ReadType();
                SkipElements(inner, bytes.Count("array elements", GgufValueTypes.LeastBytes(inner)), nesting + 1);
            }
        }
    }

    private int AlignmentOf(GgufMetadata metadata, long place)
    {
        if (!metadata.Keys.Contains(AlignmentKey))
        {
            return DefaultAlignment;
        }

        return metadata.Integer(AlignmentKey) is long alignment and > 0 and <= MostAlignment && long.IsPow2(alignment)
            ? (int)alignment
            : throw bytes.Wrong(place, $"{AlignmentKey} is not a power of two up to {MostAlignment}");
    }

    private void ReadTensors(long count, GgufMetadata metadata, int alignment, List<GgufTensor> tensors, List<long> places)
    {
        var mayHoldTL2 = MayHoldTL2(metadata);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0L; i < count; i++)
        {
            var place = bytes.Offset;
            var name = bytes.Text("a tensor's name", MostNameBytes);
            if (!names.Add(name))
            {
                throw bytes.Wrong(place, $"the tensor {name} stands twice");
            }

            var dimensions = ReadDimensions(name);
            var typeId = bytes.UInt32();
            var offset = bytes.UInt64();
            if (offset > (ulong)bytes.FileBytes || offset % (uint)alignment != 0)
            {
                throw bytes.Wrong(
                    place, $"the data of tensor {name} begins at {offset}: not a multiple of {alignment} inside the file");
            }

            var length = typeId == GgufTensorType.MXFP4 && mayHoldTL2 ? null : BytesOf(name, dimensions, typeId, place);
            tensors.Add(new GgufTensor(name, dimensions, typeId, (long)offset, length));
            places.Add(place);
        }
    }

    /// <summary>Whether the number of MXFP4 stands for another type, TL2, whose size depends on more than the header.</summary>
    private static bool MayHoldTL2(GgufMetadata metadata)
        => metadata.Text("general.architecture") is { } architecture
            && (architecture.StartsWith("bitnet", StringComparison.Ordinal)
                || (architecture == "llama" && metadata.Integer("general.file_type") == GgufTensorType.MXFP4));

    private long[] ReadDimensions(string name)
    {
        var place = bytes.Offset;
        var count = bytes.UInt32();
        if (count is < 1 or > MostDimensions)
        {
            throw bytes.Wrong(place, $"tensor {name} has {count} dimensions; 1 to {MostDimensions} are possible");
        }

        var dimensions = new long[count];
        var elements = 1L;
        for (var i = 0; i < dimensions.Length; i++)
        {
            var dimension = bytes.UInt64();
            if (dimension is 0 or > long.MaxValue || elements > long.MaxValue / (long)dimension)
            {
                throw bytes.Wrong(place, $"tensor {name} has a dimension of {dimension}, which makes no size");
            }

            dimensions[i] = (long)dimension;
            elements *= dimensions[i];
        }

        return dimensions;
    }

    private long? BytesOf(string name, long[] dimensions, uint typeId, long place)
    {
        if (GgufTensorType.Find(typeId) is not { } type)
        {
            return null;
        }

        if (dimensions[0] % type.BlockElements != 0)
        {
            throw bytes.Wrong(
                place, $"the rows of tensor {name} have {dimensions[0]} elements, no multiple of {type.BlockElements}");
        }

        // Compared before it is computed: the product of the dimensions is a long, its bytes need not be.
        var elements = dimensions.Aggregate(1L, (product, dimension) => product * dimension);
        return elements / type.BlockElements <= bytes.FileBytes / type.BlockBytes
            ? type.Bytes(elements)
            : throw bytes.Wrong(place, $"tensor {name} is larger than the file");
    }

    private void CheckData(List<GgufTensor> tensors, List<long> places, long dataOffset)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            var end = dataOffset + tensors[i].Offset + (tensors[i].Bytes ?? 0);
            if (end > bytes.FileBytes)
            {
                throw bytes.Wrong(
                    places[i],
                    $"the data of tensor {tensors[i].Name} ends at {end}, but the file has {bytes.FileBytes} bytes");
            }
        }
    }
}
