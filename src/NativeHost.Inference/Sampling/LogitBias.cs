namespace NativeHost.Inference.Sampling;

/// <summary>Makes tokens that the client names likelier or less likely; an infinite bias forbids one.</summary>
internal sealed class LogitBias : ILogitRule
{
    private readonly KeyValuePair<int, float>[] _biases;

    /// <param name="biases">What is added to a token's logit, by its id.</param>
    /// <exception cref="ArgumentException">The vocabulary has no such token.</exception>
    public LogitBias(IReadOnlyDictionary<int, float> biases, int vocabularySize)
    {
        foreach (var id in biases.Keys)
        {
            if (id < 0 || id >= vocabularySize)
            {
                throw new ArgumentException($"There is no token {id}: the model's vocabulary has {vocabularySize:N0}, numbered from 0.", nameof(biases));
            }
        }

        _biases = [.. biases];
    }

    public void Apply(Span<float> logits)
    {
        foreach (var (id, bias) in _biases)
        {
            logits[id] += bias;
        }
    }
}
