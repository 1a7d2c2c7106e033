using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Drops candidates less likely than a part of the likeliest one.</summary>
internal sealed class MinP(float part) : ISamplingStep
{
    // p ≥ part · pMax, said in logits, where a quotient is a difference.
    private readonly float _margin = MathF.Log(part);

    public void Apply(Candidates candidates) =>
        candidates.KeepFrom(TensorPrimitives.Max<float>(candidates.Logits) + _margin);
}
