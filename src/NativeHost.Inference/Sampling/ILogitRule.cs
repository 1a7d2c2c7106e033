namespace NativeHost.Inference.Sampling;

/// <summary>One rule that changes the logits of the whole vocabulary before any candidate is dropped; it holds for the greedy choice too.</summary>
internal interface ILogitRule
{
    /// <param name="logits">One per vocabulary entry.</param>
    void Apply(Span<float> logits);

    /// <summary>Counts a token as seen, of the prompt or the answer.</summary>
    void Remember(Token token)
    {
    }
}
