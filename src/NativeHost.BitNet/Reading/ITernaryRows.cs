namespace NativeHost.BitNet.Reading;

/// <summary>A ternary matrix as its file stores it, read row by row. Any thread may read.</summary>
internal interface ITernaryRows
{
    int Rows { get; }

    int Columns { get; }

    /// <summary>Decodes a row's weights to codes: weight + 1, so 0, 1 or 2.</summary>
    /// <param name="codes">Gets <see cref="Columns"/> codes.</param>
    /// <returns>The row's scale: weight times scale is the real weight. 0 only where all weights are.</returns>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">The row is not ternary: a code of 3, a number that is not finite, or several scales.</exception>
    float Read(int row, Span<byte> codes);
}
