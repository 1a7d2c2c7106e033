using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Keeps the fewest candidates, likeliest first, whose probabilities sum to at least p.</summary>
internal sealed class TopP(float p) : ISamplingStep
{
    // The likeliest few nearly always suffice, so that the whole vocabulary is hardly ever sorted.
    private const int FirstSort = 64;
    private const int SortGrowth = 8;

    public void Apply(Candidates candidates)
    {
        for (var sorted = FirstSort; ; sorted *= SortGrowth)
        {
            candidates.SortTop(sorted);
            var weights = candidates.Weights();
            var target = p * TensorPrimitives.Sum(weights);
            var sum = 0f;
            for (var i = 0; i < Math.Min(sorted, weights.Length); i++)
            {
                sum += weights[i];
                if (sum >= target)
                {
                    candidates.KeepFirst(i + 1);
                    return;
                }
            }

            if (sorted >= candidates.Count)
            {
                return;
            }
        }
    }
}
