namespace NativeHost.BitNet.Reading;

/// <summary>A matrix that is not ternary (embedding, output head), read row by row. Any thread may read.</summary>
internal interface IDenseRows
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>Decodes a row.</summary>
    /// <param name="values">Gets <see cref="Columns"/> values.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A number of the row is not finite.</exception>
    void Read(int row, Span<float> values);

    /// <summary>The rows as 16-bit floats where that is how they are stored, row after row without a gap; null where they are not.</summary>
    unsafe Half* Halves { get; }

    /// <summary>
    /// Copies a row of <see cref="Halves"/>. Unlike a look at it, this leaves no page of the file behind in the process's memory: of a
    /// large matrix of which single rows are needed, all would be there by and by.
    /// </summary>
    /// <param name="target">Gets <see cref="Columns"/> values.</param>
    unsafe void CopyHalves(int row, Half* target);
}
