using System.Buffers.Binary;

namespace NativeHost.BitNet.Reading;

/// <summary>Finds the one scale of a row whose blocks have a scale each.</summary>
/// <param name="factor">Multiplies the scale; above 0.</param>
internal ref struct RowScale(StoredRows stored, int row, float factor)
{
    private float? _ofWeights;
    private float? _ofZeros;

    /// <summary>The scale of the blocks that have weights, or where none has, of any.</summary>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">It is too large with its factor.</exception>
    public readonly float Value
    {
        get
        {
            var value = (_ofWeights ?? _ofZeros ?? 0) * factor;
            return float.IsFinite(value) ? value : throw stored.Wrong(row, $"has the scale {value}");
        }
    }

    /// <summary>Takes the scale of the next block.</summary>
    /// <param name="scale">A 16-bit float.</param>
    /// <param name="hasWeights">Whether a weight of the block is not 0.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">It is none, or another than those before.</exception>
    public void Add(ReadOnlySpan<byte> scale, bool hasWeights)
    {
        var value = (float)BinaryPrimitives.ReadHalfLittleEndian(scale);
        if (!float.IsFinite(value) || value < 0 || (value == 0 && hasWeights))
        {
            throw stored.Wrong(row, $"has weights of the scale {value}");
        }

        if (!hasWeights)
        {
            _ofZeros ??= value;
        }
        else if ((_ofWeights ??= value) != value)
        {
            throw stored.Wrong(row, $"is not ternary: it has the scales {_ofWeights} and {value}");
        }
    }
}
