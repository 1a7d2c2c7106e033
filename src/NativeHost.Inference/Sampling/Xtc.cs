using System.Numerics.Tensors;

namespace NativeHost.Inference.Sampling;

/// <summary>Now and then drops all choices that are likely but the least of them, so that the answer takes a less trodden way.</summary>
/// <remarks>"Exclude top choices", text-generation-webui pull request 6335.</remarks>
/// <param name="probability">How often, 0 to 1.</param>
/// <param name="threshold">From which probability on a choice is likely; above 0.5 there are never two.</param>
internal sealed class Xtc(float probability, float threshold, Random random) : ISamplingStep
{
    public void Apply(Candidates candidates)
    {
        if (random.NextDouble() > probability)
        {
            return;
        }

        var weights = candidates.Weights();
        var least = threshold * TensorPrimitives.Sum(weights);
        var likely = 0;
        foreach (var weight in weights)
        {
            likely += weight >= least ? 1 : 0;
        }

        if (likely > 1)
        {
            candidates.SortTop(likely);
            candidates.DropFirst(likely - 1);
        }
    }
}
