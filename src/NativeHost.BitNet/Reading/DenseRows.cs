using NativeHost.Gguf;

namespace NativeHost.BitNet.Reading;

/// <summary>A matrix of numbers as its file stores it.</summary>
internal sealed unsafe class DenseRows : IDenseRows
{
    private const int LargestOnStack = 32 * 1024;

    private readonly StoredRows _stored;
    private readonly DenseBlocks.Decoder _decode;

    private DenseRows(StoredRows stored, DenseBlocks.Decoder decode, bool isHalves)
    {
        _stored = stored;
        _decode = decode;
        Halves = isHalves && (nuint)stored.First % (nuint)sizeof(Half) == 0 ? (Half*)stored.First : null;
    }

    public int Rows => _stored.Rows;

    public int Columns => _stored.Columns;

    public Half* Halves { get; }

    /// <param name="tensor">Of a type that <see cref="DenseBlocks"/> decodes.</param>
    /// <exception cref="ModelFormatException">The file does not hold the rows.</exception>
    public static DenseRows Of(GgufFile file, ModelMapping mapping, GgufTensor tensor)
    {
        var type = GgufTensorType.Find(tensor.TypeId)!;
        var rowBytes = checked((int)type.Bytes(tensor.Dimensions[0]));
        return new(new StoredRows(file, mapping, tensor, rowBytes), DenseBlocks.Find(tensor.TypeId)!, tensor.TypeId == GgufTensorType.F16);
    }

    public void Read(int row, Span<float> values)
    {
        values = values[..Columns];
        if (_stored.RowBytes <= LargestOnStack)
        {
            Span<byte> bytes = stackalloc byte[_stored.RowBytes];
            _stored.Copy(row, bytes);
            _decode(bytes, values);
        }
        else
        {
            _decode(_stored.Row(row), values);
        }

        if (!DenseBlocks.AreFinite(values))
        {
            throw _stored.Wrong(row, "has a number that is not finite");
        }
    }

    public void CopyHalves(int row, Half* target) => _stored.Copy(row, new Span<byte>(target, Columns * sizeof(Half)));

    public ModelFormatException Wrong(int row, string problem) => _stored.Wrong(row, problem);
}
