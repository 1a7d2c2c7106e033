namespace NativeHost.BitNet.Reading;

/// <summary>A ternary matrix that a kernel can compute with as the file stores it, before it is packed.</summary>
internal unsafe interface IRawTernaryRows : ITernaryRows
{
    RawKind RawKind { get; }

    /// <summary>The first row, in the mapped file: aligned as the file's tensors are. Valid until the file is disposed.</summary>
    byte* Raw { get; }

    /// <summary>Bytes from one row to the next.</summary>
    int RawRowBytes { get; }

    /// <summary>The scale of a row as <see cref="ITernaryRows.Read"/> gives it; those in a raw block may lack a common factor.</summary>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">The row has several scales, or one that is none.</exception>
    float RowScale(int row);

    /// <summary>Checks rows that are not going to be read: that each has codes of 0 to 2 only, and one scale.</summary>
    /// <param name="endRow">The row behind the last.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">One has not.</exception>
    void CheckCodes(int firstRow, int endRow);
}

/// <summary>How 128 codes lie in 32 bytes. Byte m holds the codes m, 32 + m, 64 + m and 96 + m.</summary>
internal enum RawKind
{
    /// <summary>The first in the high bits. Nothing is between blocks; rows of whole blocks.</summary>
    I2S,

    /// <summary>The first in the low bits. Each two blocks are followed by their scale, a 16-bit float; rows of whole pairs.</summary>
    TQ2,
}
