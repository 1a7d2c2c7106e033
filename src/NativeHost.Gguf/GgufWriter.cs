using System.Text;

namespace NativeHost.Gguf;

/// <summary>Writes a GGUF file of version 3.</summary>
/// <remarks>
/// Metadata is gathered in memory as it is added; the data of tensors is not, it comes from their callbacks while
/// <see cref="Write"/> runs. Keys, tensors and their data keep the order in which they were added. For one thread.
/// </remarks>
public sealed class GgufWriter : IDisposable
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const uint FormatVersion = 3;
    private const int Alignment = 32;

    private readonly MemoryStream _pairs = new();
    private readonly BinaryWriter _pairWriter;
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<(GgufTensor Tensor, Action<Stream> WriteData)> _tensors = [];
    private long _dataBytes;

    public GgufWriter(string architecture)
    {
        _pairWriter = new BinaryWriter(_pairs);
        Add("general.architecture", architecture);
    }

    public void Add(string key, string value)
    {
        BeginPair(key, GgufValueType.String);
        WriteText(_pairWriter, value);
    }

    public void Add(string key, uint value)
    {
        BeginPair(key, GgufValueType.UInt32);
        _pairWriter.Write(value);
    }

    public void Add(string key, ulong value)
    {
        BeginPair(key, GgufValueType.UInt64);
        _pairWriter.Write(value);
    }

    public void Add(string key, float value)
    {
        BeginPair(key, GgufValueType.Float32);
        _pairWriter.Write(value);
    }

    public void Add(string key, bool value)
    {
        BeginPair(key, GgufValueType.Bool);
        _pairWriter.Write(value);
    }

    public void Add(string key, IReadOnlyCollection<string> values)
    {
        BeginArray(key, GgufValueType.String, values.Count);
        foreach (var value in values)
        {
            WriteText(_pairWriter, value);
        }
    }

    public void Add(string key, ReadOnlySpan<int> values)
    {
        BeginArray(key, GgufValueType.Int32, values.Length);
        foreach (var value in values)
        {
            _pairWriter.Write(value);
        }
    }

    public void Add(string key, ReadOnlySpan<float> values)
    {
        BeginArray(key, GgufValueType.Float32, values.Length);
        foreach (var value in values)
        {
            _pairWriter.Write(value);
        }
    }

    /// <summary>Takes over, byte by byte, the metadata of another file whose keys begin so.</summary>
    /// <exception cref="EndOfStreamException">That file became shorter since its header was read.</exception>
    public void Copy(GgufFile source, string keyPrefix)
    {
        using var stream = File.OpenRead(source.Path);
        foreach (var (key, value) in source.Metadata.Under(keyPrefix))
        {
            AddKey(key);
            var pair = new byte[value.PairBytes];
            stream.Position = value.PairOffset;
            stream.ReadExactly(pair);
            _pairWriter.Write(pair);
        }
    }

    /// <summary>Announces a tensor of a known type.</summary>
    /// <param name="name">Not used in this file yet.</param>
    /// <param name="dimensions">One to four, the one that lies together in memory first.</param>
    /// <param name="typeId">The number of a <see cref="GgufTensorType"/>.</param>
    /// <param name="writeData">Writes the whole data, exactly as long as type and dimensions say.</param>
    public void AddTensor(string name, IReadOnlyList<long> dimensions, uint typeId, Action<Stream> writeData)
    {
        var type = GgufTensorType.Find(typeId)
            ?? throw new ArgumentOutOfRangeException(nameof(typeId), typeId, "Not a known tensor type.");
        if (_tensors.Exists(entry => entry.Tensor.Name == name))
        {
            throw new ArgumentException($"The tensor {name} was added before.", nameof(name));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(dimensions[0] % type.BlockElements, 0, nameof(dimensions));
        var bytes = type.Bytes(dimensions.Aggregate(1L, (product, dimension) => checked(product * dimension)));
        _tensors.Add((new GgufTensor(name, dimensions, typeId, _dataBytes, bytes), writeData));
        _dataBytes = Aligned(_dataBytes + bytes);
    }

    /// <summary>Writes the file to an empty stream that can seek.</summary>
    /// <exception cref="InvalidOperationException">A callback wrote less or more than its tensor holds.</exception>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write(FormatVersion);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_keys.Count);
        _pairWriter.Flush();
        writer.Flush();
        _pairs.WriteTo(stream);
        foreach (var (tensor, _) in _tensors)
        {
            WriteTableLine(writer, tensor);
        }

        WritePadding(writer);
        foreach (var (tensor, writeData) in _tensors)
        {
            writer.Flush();
            var begin = stream.Position;
            writeData(stream);
            if (stream.Position - begin != tensor.Bytes)
            {
                throw new InvalidOperationException(
                    $"Tensor {tensor.Name} has {tensor.Bytes} bytes, but {stream.Position - begin} were written.");
            }

            WritePadding(writer);
        }
    }

    public void Dispose() => _pairWriter.Dispose();

    private void BeginPair(string key, GgufValueType type)
    {
        AddKey(key);
        WriteText(_pairWriter, key);
        _pairWriter.Write((uint)type);
    }

    private void BeginArray(string key, GgufValueType elementType, int count)
    {
        BeginPair(key, GgufValueType.Array);
        _pairWriter.Write((uint)elementType);
        _pairWriter.Write((ulong)count);
    }

    private void AddKey(string key)
    {
        if (!_keys.Add(key))
        {
            throw new ArgumentException($"The key {key} was added before.", nameof(key));
        }
    }

    private static void WriteTableLine(BinaryWriter writer, GgufTensor tensor)
    {
        WriteText(writer, tensor.Name);
        writer.Write((uint)tensor.Dimensions.Count);
        foreach (var dimension in tensor.Dimensions)
        {
            writer.Write((ulong)dimension);
        }

        writer.Write(tensor.TypeId);
        writer.Write((ulong)tensor.Offset);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WritePadding(BinaryWriter writer)
    {
        writer.Flush();
        var position = writer.BaseStream.Position;
        writer.Write(new byte[Aligned(position) - position]);
    }

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;
}
