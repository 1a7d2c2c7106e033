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
    /// <param name="demandOf">The memory of a load with so many tokens; never less for more of them.</param>
    /// <param name="notes">Gets a sentence where the choice is not what a user might expect.</param>
    /// <exception cref="InsufficientMemoryException">What was asked for does not fit, or no useful context does.</exception>
    public static int Choose(int? requested, int trainedTokens, Func<int, MemoryDemand> demandOf, List<string> notes)
    {
        var trained = trainedTokens > 0 ? trainedTokens : DefaultTokens;
        var wanted = requested ?? Math.Min(trained, DefaultTokens);
        if (wanted > trained)
        {
            notes.Add($"The model was trained for {trained} tokens of context, so it got these instead of {wanted}.");
            wanted = trained;
        }

        var fitting = LargestFitting(wanted, demandOf);
        var least = requested is null ? Math.Min(wanted, LeastTokens) : wanted;
        if (fitting < least)
        {
            throw TooLarge(least, demandOf(least), fitting);
        }

        if (fitting < wanted)
        {
            notes.Add($"Memory is short: the context has {fitting} tokens instead of {wanted}.");
        }

        return fitting;
    }

    /// <summary>The largest context up to a wanted one that fits; 0 where not even one token does.</summary>
    public static int LargestFitting(int wanted, Func<int, MemoryDemand> demandOf)
    {
        if (demandOf(wanted).Fits)
        {
            return wanted;
        }

        // Where not even the weights fit, that is all there is to find out.
        if (!demandOf(1).Fits)
        {
            return 0;
        }

        var (fits, tooLarge) = (1, wanted);
        while (tooLarge - fits > 1)
        {
            var middle = fits + ((tooLarge - fits) / 2);
            (fits, tooLarge) = demandOf(middle).Fits ? (middle, tooLarge) : (fits, middle);
        }

        return fits;
    }

    private static InsufficientMemoryException TooLarge(int contextTokens, MemoryDemand demand, int fitting)
        => new(demand.NeededBytes, demand.AvailableBytes, fitting > 0
            ? $"A context of {contextTokens} tokens is too large; the largest that fits has {fitting} tokens."
            : "Not even the weights fit: close other programs, or take a smaller model or a stronger quantization.");
}
