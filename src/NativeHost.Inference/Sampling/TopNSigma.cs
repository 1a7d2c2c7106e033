using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Drops candidates whose logit lies more than n standard deviations below the largest.</summary>
/// <remarks>Top-nσ, arXiv 2411.07641. Tokens that are forbidden (minus infinity) do not count.</remarks>
internal sealed class TopNSigma(float n) : ISamplingStep
{
    public void Apply(Candidates candidates)
    {
        candidates.KeepFrom(float.MinValue);
        ReadOnlySpan<float> logits = candidates.Logits;
        candidates.KeepFrom(TensorPrimitives.Max(logits) - (n * TensorPrimitives.StdDev(logits)));
    }
}
