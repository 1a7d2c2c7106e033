namespace NativeHost.Inference.Machine;

/// <summary>How large a context a model is loaded with.</summary>
public static class ContextChoice
{
    /// <summary>
    /// The context where nobody asks for one, or the model's own where that is smaller. Models for 128 K tokens and more are common,
    /// and their caches would fill a laptop's memory for conversations that are rarely so long.
    /// </summary>
    public const int DefaultTokens = 8192;

    /// <summary>The least context that is still of use; a choice of our own never goes below it.</summary>
    public const int LeastTokens = 512;

    /// <summary>Chooses by what was asked for, what the model was made for and what memory there is.</summary>
    /// <param name="requested">What was asked for; null for a choice of ours.</param>
    /// <param name="trainedTokens">The context that the model was trained for; 0 where its file does not say.</param>
    /// <param name="notes">Gets a sentence where the choice is not what a user might expect.</param>
    /// <exception cref="InsufficientMemoryException">What was asked for does not fit, or no useful context does.</exception>
    public static int Choose(int? requested, int trainedTokens, IMemoryEstimate estimate, long availableBytes, List<string> notes)
    {
        var trained = trainedTokens > 0 ? trainedTokens : DefaultTokens;
        var fitting = estimate.LargestContext(availableBytes);
        if (requested is { } asked)
        {
            if (asked > trained)
            {
                notes.Add($"The model was trained for {trained} tokens of context, so it got these instead of {asked}.");
                asked = trained;
            }

            return asked <= fitting ? asked : throw TooLarge(asked, estimate, availableBytes, fitting);
        }

        var wanted = Math.Min(trained, DefaultTokens);
        var least = Math.Min(wanted, LeastTokens);
        if (fitting < least)
        {
            throw TooLarge(least, estimate, availableBytes, fitting);
        }

        if (fitting < wanted)
        {
            notes.Add($"Memory is short: the context has {fitting} tokens instead of {wanted}.");
        }

        return Math.Min(wanted, fitting);
    }

    private static InsufficientMemoryException TooLarge(int contextTokens, IMemoryEstimate estimate, long availableBytes, int fitting)
        => new(estimate.Bytes(contextTokens), availableBytes, fitting > 0
            ? $"A context of {contextTokens} tokens is too large; the largest that fits has {fitting} tokens."
            : "Not even the weights fit: close other programs, or take a smaller model or a stronger quantization.");
}
