using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Keeps the fewest candidates, likeliest first, whose probabilities sum to at least p.</summary>
internal sealed class TopP(float p) : ISamplingStep
{
    // The likeliest few nearly always suffice.
    private const int FirstSort = 64;

    public void Apply(Candidates candidates)
    {
        candidates.SortTop(FirstSort);
        var weights = candidates.Weights();
        var target = p * TensorPrimitives.Sum(weights);
        var sum = 0f;
        for (var i = 0; i < Math.Min(FirstSort, weights.Length); i++)
        {
            sum += weights[i];
            if (sum >= target)
            {
                candidates.KeepFirst(i + 1);
                return;
            }
        }

        if (candidates.Count > FirstSort)
        {
            candidates.KeepWeight(p);
        }
    }
}
