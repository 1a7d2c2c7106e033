namespace NativeHost.Inference.Generation;

/// <summary>Refuses prompts that are too long whatever their tokens are: to tokenize megabytes takes seconds.</summary>
/// <remarks>Safe to call from any thread.</remarks>
internal sealed class PromptBound(ITokenizer tokenizer)
{
    private readonly int _longestToken = Math.Max(tokenizer.MaxPieceBytes, tokenizer.ControlTexts.Select(text => text.Length).Append(1).Max());

    /// <param name="mostTokens">Most tokens of a prompt.</param>
    /// <exception cref="ContextFullException">It has more, since no token is longer than the longest.</exception>
    public void Check(GenerationRequest request, int mostTokens)
    {
        // Some templates trim what they are given.
        var characters = (request.Prompt?.Length ?? 0) + (request.Suffix?.Length ?? 0) + request.Messages.Sum(message => (long)message.Content.AsSpan().Trim().Length);
        if (characters / _longestToken > mostTokens)
        {
            throw new ContextFullException(mostTokens, (int)Math.Min(characters / _longestToken, int.MaxValue));
        }
    }
}
