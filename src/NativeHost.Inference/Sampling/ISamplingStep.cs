namespace NativeHost.Inference.Sampling;

/// <summary>One rule that thins out or weighs the candidates for the next token. It always leaves at least one.</summary>
internal interface ISamplingStep
{
    void Apply(Candidates candidates);
}
