namespace NativeHost.BitNet.Kernels;

/// <summary>Activations of some tokens in 8 bits, with one scale for each token.</summary>
/// <remarks>
/// For a token with the values a: <c>m = max(1e-5, max |a|)</c>, <c>s = 127 / m</c>, <c>q = round-half-even(a * s)</c> within -127 to
/// 127. A kernel gives <c>y = (float)(Σ code * q - Σ q) * (1 / s) * rowScale</c>, in this order, sums in 32-bit integers.
/// The memory belongs to someone else.
/// </remarks>
/// <param name="count">Tokens.</param>
/// <param name="stride">Values from one token to the next: the padded columns. What fills up is 0.</param>
/// <param name="values">Count × Stride values.</param>
/// <param name="sums">Σ q of each token.</param>
/// <param name="inverseScales">1 / s of each token.</param>
internal readonly unsafe struct QuantizedRows(int count, int stride, sbyte* values, int* sums, float* inverseScales)
{
    public int Count { get; } = count;

    public int Stride { get; } = stride;

    public sbyte* Values { get; } = values;

    public int* Sums { get; } = sums;

    public float* InverseScales { get; } = inverseScales;
}
