using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Keeps the surprise of the answer near a target: what surprises more than a bound is dropped, and each choice moves the bound.</summary>
/// <remarks>Mirostat 2.0, arXiv 2007.14966. Surprise is in bits.</remarks>
/// <param name="target">Of the mean surprise, in bits.</param>
/// <param name="rate">How fast the bound follows.</param>
internal sealed class Mirostat(float target, float rate) : ISamplingStep
{
    private float _most = 2 * target;

    public void Apply(Candidates candidates)
    {
        // p ≥ 2 to the power of -most, said in logits.
        var sum = TensorPrimitives.Sum(candidates.Weights());
        var largest = TensorPrimitives.Max<float>(candidates.Logits);
        candidates.KeepFrom(MathF.Min(largest, largest + MathF.Log(sum) - (_most * MathF.Log(2))));
    }

    /// <summary>Learns from a choice.</summary>
    /// <param name="probability">Of the token among those that were left.</param>
    public void Observe(float probability) => _most -= rate * (-MathF.Log2(probability) - target);
}
