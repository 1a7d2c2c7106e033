using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Compute;

/// <summary>Rotary position embedding: pairs of numbers of a head are turned by an angle that grows with the position.</summary>
/// <remarks>
/// Pair i turns by <c>position * scale * base^(-2i / RopeLength) / factor(i)</c> (Su et al., RoFormer; the factors are Llama 3's). Plain code:
/// it is a few thousand numbers a token.
/// </remarks>
internal sealed unsafe class RotaryTable
{
    private readonly double[] _frequencies;
    private readonly RopePairs _pairs;

    /// <param name="factors">One divisor a pair; null for none.</param>
    public RotaryTable(TernaryShape shape, float[]? factors)
        : this(shape, shape.RopeBase, shape.RopeScale, factors)
    {
    }

    private RotaryTable(TernaryShape shape, float rotationBase, float scale, float[]? factors)
    {
        _pairs = shape.RopePairs;
        _frequencies = new double[shape.RopeLength / 2];
        for (var i = 0; i < _frequencies.Length; i++)
        {
            _frequencies[i] = scale * Math.Pow(rotationBase, -2.0 * i / shape.RopeLength) / (factors?[i] ?? 1);
        }
    }

    /// <summary>Of the layers with the window.</summary>
    public static RotaryTable OfWindow(TernaryShape shape, SlidingWindow window) => new(shape, window.RopeBase, scale: 1, factors: null);

    /// <summary>Floats that <see cref="Angles"/> writes: cosine and sine for each pair.</summary>
    public int AngleCount => _frequencies.Length * 2;

    /// <summary>Writes cosine and sine of each pair's angle at a position.</summary>
    public void Angles(int position, float* angles)
    {
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            (angles[2 * i], angles[(2 * i) + 1]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>Turns the pairs of one head in place.</summary>
    public void Turn(float* head, float* angles)
    {
        var count = _frequencies.Length;
        var (step, distance) = _pairs == RopePairs.Halves ? (1, count) : (2, 1);
        for (var i = 0; i < count; i++)
        {
            var first = head + (i * step);
            var (cosine, sine) = (angles[2 * i], angles[(2 * i) + 1]);
            var (left, right) = (first[0], first[distance]);
            first[0] = (left * cosine) - (right * sine);
            first[distance] = (left * sine) + (right * cosine);
        }
    }
}
