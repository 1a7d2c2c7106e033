using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Flattens the distribution above 1, sharpens it below.</summary>
internal sealed class Temperature(float temperature) : ISamplingStep
{
    public void Apply(Candidates candidates) =>
        TensorPrimitives.Divide(candidates.Logits, temperature, candidates.Logits);
}
