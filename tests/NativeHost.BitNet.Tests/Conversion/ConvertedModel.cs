using System.Buffers.Binary;
using System.Text;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>A model file, with the bytes of its tensors.</summary>
internal sealed class ConvertedModel(string path)
{
    private readonly byte[] _bytes = System.IO.File.ReadAllBytes(path);

    public GgufFile File { get; } = GgufFile.Read(path);

    public ReadOnlySpan<byte> Tensor(string name)
    {
        var tensor = File.Tensors.Single(tensor => tensor.Name == name);
        return _bytes.AsSpan((int)(File.DataOffset + tensor.Offset), (int)tensor.Bytes!.Value);
    }

    /// <summary>The codes of a tensor of the type I2_S: byte j of 32 holds the codes j, 32 + j, 64 + j and 96 + j, from its top bits on.</summary>
    public byte[] Codes(string name)
    {
        var packed = Tensor(name)[..^32];
        var codes = new byte[4 * packed.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (byte)((packed[(i / 128 * 32) + (i % 32)] >> (6 - (2 * (i % 128 / 32)))) & 3);
        }

        return codes;
    }

    public float Scale(string name) => BinaryPrimitives.ReadSingleLittleEndian(Tensor(name)[^32..]);

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        var rest = _bytes.AsSpan((int)File.Metadata.ArrayOffset(key)!.Value);
        for (var i = 0; i < File.Metadata.ArrayLength(key); i++)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            texts.Add(Encoding.UTF8.GetString(rest.Slice(8, length)));
            rest = rest[(8 + length)..];
        }

        return texts;
    }
}
