using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Conversion;

/// <summary>A tensor in an open file, read row by row. Any thread may read.</summary>
/// <param name="path">Its file, for messages.</param>
/// <param name="file">Stays open as long as this is used.</param>
internal sealed class CheckpointTensor(string path, SafeFileHandle file, SafetensorsTensor tensor)
{
    public string Name => tensor.Name;

    public string Type => tensor.Type;

    public IReadOnlyList<long> Shape => tensor.Shape;

    /// <summary>Whether its elements are real numbers of 16 or 32 bits.</summary>
    public bool IsReal => Type is "F32" or "F16" or "BF16";

    /// <summary>Bytes of one row of a matrix of real numbers.</summary>
    public int RowBytes(int columns) => columns * SafetensorsTensor.BytesOf(Type)!.Value;

    /// <summary>Reads bytes at an offset into the tensor.</summary>
    /// <exception cref="ModelFormatException">The file became shorter since its header was read.</exception>
    public void ReadBytes(long offset, Span<byte> bytes)
    {
        for (var at = tensor.Offset + offset; bytes.Length > 0;)
        {
            var count = RandomAccess.Read(file, bytes, at);
            if (count == 0)
            {
                throw new ModelFormatException(path, at, $"the file ends inside the tensor {Name}.");
            }

            bytes = bytes[count..];
            at += count;
        }
    }

    /// <summary>Reads some of its numbers, which are real.</summary>
    /// <param name="first">Counted from the start of the tensor, over all rows.</param>
    /// <param name="buffer">Scratch as long as the numbers are in the file.</param>
    public void ReadReals(long first, Span<float> values, Span<byte> buffer)
    {
        ReadBytes(first * RowBytes(1), buffer[..RowBytes(values.Length)]);
        switch (Type)
        {
            case "F32":
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(buffer[(4 * i)..]);
                }

                break;
            case "F16":
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(buffer[(2 * i)..]);
                }

                break;
            default: // BF16: the upper half of 32 bits
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(buffer[(2 * i)..]) << 16);
                }

                break;
        }
    }

    /// <exception cref="ModelFormatException">Its shape is another, or its elements are no real numbers.</exception>
    public CheckpointTensor Expect(params ReadOnlySpan<long> shape)
    {
        if (!IsReal || !shape.SequenceEqual(CollectionsMarshal.AsSpan(Shape.ToList())))
        {
            throw Refused($"is {Type} [{string.Join(", ", Shape)}], not real numbers [{string.Join(", ", shape.ToArray())}]");
        }

        return this;
    }

    /// <param name="problem">What is wrong with it, as the rest of a sentence.</param>
    public ModelFormatException Refused(string problem) => new(path, tensor.Offset, $"the tensor {Name} {problem}.");
}
