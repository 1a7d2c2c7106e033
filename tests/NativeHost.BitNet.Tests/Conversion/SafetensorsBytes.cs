using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>Safetensors files, made in memory.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(IEnumerable<StoredTensor> tensors)
    {
        var lines = new List<string> { """ "__metadata__": {"format": "pt"} """ };
        using var data = new MemoryStream();
        foreach (var tensor in tensors)
        {
            var begin = data.Position;
            data.Write(tensor.Bytes);
            lines.Add($$""" "{{tensor.Name}}": {"dtype": "{{tensor.Type}}", "shape": [{{string.Join(',', tensor.Shape)}}], "data_offsets": [{{begin}},{{data.Position}}]} """);
        }

        return WithHeader("{" + string.Join(',', lines) + "}", data.ToArray());
    }

    public static byte[] WithHeader(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. data];
    }
}

/// <param name="Bytes">As the file holds them.</param>
internal sealed record StoredTensor(string Name, string Type, int[] Shape, byte[] Bytes)
{
    public static StoredTensor F32(string name, int[] shape, float[] values) => new(name, "F32", shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static StoredTensor F16(string name, int[] shape, float[] values)
        => new(name, "F16", shape, MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray());

    /// <summary>The upper halves of 32 bits: exact where the numbers are small whole ones or powers of two.</summary>
    public static StoredTensor BF16(string name, int[] shape, float[] values)
        => new(name, "BF16", shape, MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToInt32Bits(value) >> 16)).AsSpan()).ToArray());

    /// <summary>Four codes in a byte: of the rows r, r + n, r + 2n and r + 3n.</summary>
    public static StoredTensor Packed(string name, int rows, int columns, byte[] codes)
    {
        var bytes = new byte[rows / 4 * columns];
        for (var i = 0; i < codes.Length; i++)
        {
            bytes[i % bytes.Length] |= (byte)(codes[i] << (2 * (i / bytes.Length)));
        }

        return new StoredTensor(name, "U8", [rows / 4, columns], bytes);
    }
}
