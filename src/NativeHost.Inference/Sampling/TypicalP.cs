using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Keeps the candidates whose surprise is nearest to what is to be expected, until their probabilities sum to more than p.</summary>
/// <remarks>
/// Locally typical sampling, arXiv 2202.00666. In the order of their logits the candidates that are kept lie side by side: surprise rises in it, so that
/// those nearest to the entropy are around one place.
/// </remarks>
internal sealed class TypicalP(float p) : ISamplingStep
{
    private const int FirstSort = 64;
    private const int SortGrowth = 8;

    public void Apply(Candidates candidates)
    {
        var entropy = candidates.Entropy();
        for (var sorted = FirstSort; ; sorted *= SortGrowth)
        {
            candidates.SortTop(sorted);
            if (TryKeep(candidates, entropy, Math.Min(sorted, candidates.Count)))
            {
                return;
            }
        }
    }

    /// <param name="sorted">The first so many are in order.</param>
    /// <returns>False where more have to be in order.</returns>
    private bool TryKeep(Candidates candidates, float entropy, int sorted)
    {
        var weights = candidates.Weights();
        var sum = TensorPrimitives.Sum(weights);
        var right = 0;
        while (right < sorted && Surprise(weights[right], sum) < entropy)
        {
            right++;
        }

        var (left, kept) = (right, 0f);
        while (kept <= p)
        {
            if (right == sorted && sorted < candidates.Count)
            {
                return false;
            }

            if (left == 0 && right == sorted)
            {
                break;
            }

            var takesLeft = right == sorted || (left > 0 && entropy - Surprise(weights[left - 1], sum) <= Surprise(weights[right], sum) - entropy);
            kept += weights[takesLeft ? --left : right++] / sum;
        }

        candidates.KeepFirst(right);
        candidates.DropFirst(left);
        return true;
    }

    private static float Surprise(float weight, float sum) => -MathF.Log(weight / sum);
}
