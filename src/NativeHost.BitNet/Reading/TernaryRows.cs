using System.Buffers.Binary;
using NativeHost.Gguf;

namespace NativeHost.BitNet.Reading;

/// <summary>Ternary matrices in each of the ways that files store them.</summary>
internal static class TernaryRows
{
    /// <summary>The types of tensors that <see cref="Of"/> takes.</summary>
    public static bool IsReadable(uint typeId)
        => typeId is GgufTensorType.I2S or GgufTensorType.TQ2 or GgufTensorType.TQ1 || IsFloat(typeId);

    /// <summary>Weights stored as numbers, of which one cannot know that they are ternary before they are read.</summary>
    public static bool IsFloat(uint typeId) => typeId is GgufTensorType.F16 or GgufTensorType.BF16 or GgufTensorType.F32;

    /// <param name="tensor">Of a readable type and two dimensions.</param>
    /// <param name="factor">Multiplies every scale; above 0.</param>
    /// <exception cref="ModelFormatException">The rows have no whole blocks, the file does not hold them, or their scale is none.</exception>
    public static ITernaryRows Of(GgufFile file, ModelMapping mapping, GgufTensor tensor, float factor)
    {
        var columns = checked((int)tensor.Dimensions[0]);
        var block = tensor.TypeId == GgufTensorType.I2S ? TernaryCodes.GroupCodes : GgufTensorType.Find(tensor.TypeId)!.BlockElements;
        if (columns % block != 0)
        {
            throw new ModelFormatException(
                file.Path, file.TensorTableOffset, $"the rows of tensor {tensor.Name} have {columns} elements, no multiple of {block}.");
        }

        StoredRows Rows(int rowBytes, int tailBytes = 0) => new(file, mapping, tensor, rowBytes, tailBytes);
        return tensor.TypeId switch
        {
            GgufTensorType.I2S => new I2SRows(Rows(columns / 4, I2SRows.TailBytes), factor),
            GgufTensorType.TQ2 => new Tq2Rows(Rows(columns / TernaryCodes.BlockCodes * Tq2Rows.BlockBytes), factor),
            GgufTensorType.TQ1 => new Tq1Rows(Rows(columns / TernaryCodes.BlockCodes * Tq1Rows.BlockBytes), factor),
            _ => new FloatTernaryRows(DenseRows.Of(file, mapping, tensor), factor),
        };
    }
}

/// <summary>I2_S: codes in two bits, row after row, and behind the last one scale for the whole matrix, a 32-bit float.</summary>
internal sealed unsafe class I2SRows : IRawTernaryRows
{
    public const int TailBytes = 32;

    private readonly StoredRows _stored;
    private readonly float _scale;

    public I2SRows(StoredRows stored, float factor)
    {
        _stored = stored;
        var scale = BinaryPrimitives.ReadSingleLittleEndian(stored.Tail);
        _scale = scale * factor;
        if (!float.IsFinite(_scale) || scale < 0)
        {
            throw stored.WrongTail($"has the scale {scale}");
        }
    }

    public int Rows => _stored.Rows;

    public int Columns => _stored.Columns;

    public RawKind RawKind => RawKind.I2S;

    public byte* Raw => _stored.First;

    public int RawRowBytes => _stored.RowBytes;

    public float RowScale(int row) => _scale;

    public float Read(int row, Span<byte> codes)
    {
        var stored = _stored.Row(row);
        Check(row, stored);
        codes = codes[..Columns];
        for (; codes.Length > 0; codes = codes[TernaryCodes.GroupCodes..])
        {
            TernaryCodes.DecodeI2S(stored, codes);
            stored = stored[TernaryCodes.GroupBytes..];
        }

        return _scale;
    }

    public void CheckCodes(int firstRow, int endRow)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            Check(row, _stored.Row(row));
        }
    }

    private void Check(int row, ReadOnlySpan<byte> stored)
    {
        if (TernaryCodes.HasInvalid(stored))
        {
            throw _stored.Wrong(row, "has a code of 3, which is no weight");
        }

        if (_scale == 0 && stored.ContainsAnyExcept(Tq2Rows.ZeroWeights))
        {
            throw _stored.Wrong(row, "has weights, but a scale of 0");
        }
    }
}

/// <summary>TQ2_0: blocks of 256 codes in two bits, each followed by its scale, a 16-bit float.</summary>
/// <remarks>A row has one scale here; of blocks whose weights are all 0 the scale does not count.</remarks>
internal sealed unsafe class Tq2Rows(StoredRows stored, float factor) : IRawTernaryRows
{
    public const int BlockBytes = CodeBytes + ScaleBytes;

    /// <summary>Four codes of 1 in a byte.</summary>
    public const byte ZeroWeights = 0b01010101;

    private const int CodeBytes = 2 * TernaryCodes.GroupBytes;
    private const int ScaleBytes = 2;

    public int Rows => stored.Rows;

    public int Columns => stored.Columns;

    public RawKind RawKind => RawKind.TQ2;

    public byte* Raw => stored.First;

    public int RawRowBytes => stored.RowBytes;

    public float RowScale(int row)
    {
        var scales = new RowScale(stored, row, factor);
        for (var blocks = stored.Row(row); blocks.Length > 0; blocks = blocks[BlockBytes..])
        {
            scales.Add(blocks[CodeBytes..], blocks[..CodeBytes].ContainsAnyExcept(ZeroWeights));
        }

        return scales.Value;
    }

    public float Read(int row, Span<byte> codes)
    {
        var scale = Check(row);
        codes = codes[..Columns];
        for (var blocks = stored.Row(row); blocks.Length > 0; blocks = blocks[BlockBytes..])
        {
            TernaryCodes.DecodeTq2(blocks, codes);
            TernaryCodes.DecodeTq2(blocks[TernaryCodes.GroupBytes..], codes[TernaryCodes.GroupCodes..]);
            codes = codes[TernaryCodes.BlockCodes..];
        }

        return scale;
    }

    public void CheckCodes(int firstRow, int endRow)
    {
        for (var row = firstRow; row < endRow; row++)
        {
            Check(row);
        }
    }

    private float Check(int row)
    {
        for (var blocks = stored.Row(row); blocks.Length > 0; blocks = blocks[BlockBytes..])
        {
            if (TernaryCodes.HasInvalid(blocks[..CodeBytes]))
            {
                throw stored.Wrong(row, "has a code of 3, which is no weight");
            }
        }

        return RowScale(row);
    }
}

/// <summary>TQ1_0: blocks of 256 codes, five in a byte, each followed by its scale, a 16-bit float.</summary>
/// <remarks>A row has one scale here; of blocks whose weights are all 0 the scale does not count.</remarks>
internal sealed class Tq1Rows(StoredRows stored, float factor) : ITernaryRows
{
    public const int BlockBytes = TernaryCodes.Tq1Bytes + 2;

    public int Rows => stored.Rows;

    public int Columns => stored.Columns;

    public float Read(int row, Span<byte> codes)
    {
        codes = codes[..Columns];
        var scales = new RowScale(stored, row, factor);
        for (var blocks = stored.Row(row); blocks.Length > 0; blocks = blocks[BlockBytes..])
        {
            var block = codes[..TernaryCodes.BlockCodes];
            TernaryCodes.DecodeTq1(blocks, block);
            scales.Add(blocks[TernaryCodes.Tq1Bytes..], block.ContainsAnyExcept((byte)1));
            codes = codes[block.Length..];
        }

        return scales.Value;
    }
}
