using System.Numerics.Tensors;

namespace NativeHost.Search.Clusters;

/// <summary>The distances between vectors of length 1: 1 less the cosine of their angle, 0 to 2.</summary>
internal sealed class Distances
{
    private readonly float[] _all;

    /// <param name="vectors">Each [dimensions].</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Distances(IReadOnlyList<ReadOnlyMemory<float>> vectors, CancellationToken cancellationToken)
    {
        Count = vectors.Count;
        _all = new float[Count * Count];
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < i; j++)
            {
                this[i, j] = Math.Max(0, 1 - TensorPrimitives.Dot(vectors[i].Span, vectors[j].Span));
            }
        }
    }

    public int Count { get; }

    public float this[int left, int right]
    {
        get => _all[(left * Count) + right];
        set => _all[(left * Count) + right] = _all[(right * Count) + left] = value;
    }
}
