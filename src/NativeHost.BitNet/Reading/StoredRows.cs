using NativeHost.Gguf;

namespace NativeHost.BitNet.Reading;

/// <summary>The rows of a tensor where they lie in the mapped file, all of which are inside it.</summary>
/// <param name="file">For messages.</param>
/// <param name="mapping">The file; it must outlive this.</param>
/// <param name="tensor">One or two dimensions, each of which fits an int.</param>
/// <param name="rowBytes">From one row to the next.</param>
/// <param name="tailBytes">Behind the last row.</param>
/// <exception cref="ModelFormatException">The file does not hold so many bytes there.</exception>
internal sealed unsafe class StoredRows(GgufFile file, ModelMapping mapping, GgufTensor tensor, int rowBytes, int tailBytes = 0)
{
    private readonly byte* _first = Locate(file, mapping, tensor, ((long)RowsOf(tensor) * rowBytes) + tailBytes);
    private readonly long _offset = file.DataOffset + tensor.Offset;

    public string Name => tensor.Name;

    public int Columns { get; } = checked((int)tensor.Dimensions[0]);

    public int Rows { get; } = RowsOf(tensor);

    public int RowBytes => rowBytes;

    /// <summary>The first row; the others follow, and then the tail.</summary>
    public byte* First => _first;

    public ReadOnlySpan<byte> Tail => Bytes((long)Rows * rowBytes, tailBytes);

    /// <summary>The bytes of a row, valid until the mapping is disposed.</summary>
    public ReadOnlySpan<byte> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return Bytes((long)row * rowBytes, rowBytes);
    }

    /// <summary>Reads a row from the file into memory of the caller's: none of its pages stays mapped.</summary>
    /// <param name="bytes">Gets <see cref="RowBytes"/> bytes.</param>
    /// <exception cref="ModelFormatException">The file was cut since it was opened.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Copy(int row, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        if (!mapping.TryRead(_offset + ((long)row * rowBytes), bytes[..rowBytes]))
        {
            throw Wrong(row, "is not there any more");
        }
    }

    /// <summary>Makes the error for something wrong in a row.</summary>
    public ModelFormatException Wrong(int row, string problem)
        => new(file.Path, _offset + ((long)row * rowBytes), $"row {row} of tensor {Name} {problem}.");

    /// <summary>Makes the error for something wrong behind the rows.</summary>
    public ModelFormatException WrongTail(string problem) => new(file.Path, _offset + ((long)Rows * rowBytes), $"tensor {Name} {problem}.");

    private ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(mapping.IsDisposed, mapping);
        return new ReadOnlySpan<byte>(_first + offset, count);
    }

    private static int RowsOf(GgufTensor tensor) => tensor.Dimensions.Count > 1 ? checked((int)tensor.Dimensions[1]) : 1;

    private static byte* Locate(GgufFile file, ModelMapping mapping, GgufTensor tensor, long bytes)
    {
        var offset = file.DataOffset + tensor.Offset;
        return mapping.Holds(offset, bytes)
            ? mapping.At(offset, bytes)
            : throw new ModelFormatException(file.Path, offset, $"tensor {tensor.Name} has {bytes} bytes, but the file ends at {mapping.Length}.");
    }
}
