using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>A temperature that is low where the model is sure and high where it is not, as its entropy says.</summary>
/// <param name="least">Where one candidate has all of the weight.</param>
/// <param name="most">Where all have the same.</param>
/// <param name="exponent">Bends what lies between: above 1 it stays low longer.</param>
internal sealed class DynamicTemperature(float least, float most, float exponent) : ISamplingStep
{
    public void Apply(Candidates candidates)
    {
        if (candidates.Count == 1)
        {
            return;
        }

        var sureness = Math.Clamp(candidates.Entropy() / MathF.Log(candidates.Count), 0f, 1f);
        var temperature = least + ((most - least) * MathF.Pow(sureness, exponent));
        if (temperature < SamplingOptions.LeastTemperature)
        {
            candidates.KeepFrom(TensorPrimitives.Max<float>(candidates.Logits));
            return;
        }

        TensorPrimitives.Divide(candidates.Logits, temperature, candidates.Logits);
    }
}
