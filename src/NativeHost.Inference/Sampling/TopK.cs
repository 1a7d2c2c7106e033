namespace NativeHost.Inference.Sampling;

/// <summary>Keeps the k likeliest candidates.</summary>
internal sealed class TopK(int k) : ISamplingStep
{
    public void Apply(Candidates candidates)
    {
        candidates.SortTop(k);
        candidates.KeepFirst(k);
    }
}
