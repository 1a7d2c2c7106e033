namespace NativeHost.Inference.Embedding;

/// <summary>What every engine checks of a call before it computes.</summary>
public static class EmbedderCall
{
    /// <summary>Computes the vector of one text.</summary>
    /// <inheritdoc cref="IEmbedder.Embed"/>
    public static StepOutcome Embed(this IEmbedder embedder, ReadOnlySpan<Token> tokens, Span<float> vector, AbortSignal abort)
        => embedder.Embed(tokens, [tokens.Length], vector, abort);

    /// <returns>Whether every text fits the context, and all of them a call.</returns>
    /// <exception cref="ArgumentException">It breaks a rule of <see cref="IEmbedder.Embed"/>.</exception>
    public static bool Fits(IEmbedder embedder, ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors)
    {
        var (total, longest) = (0, 0);
        foreach (var length in lengths)
        {
            if (length < 1)
            {
                throw new ArgumentException("A text without tokens has no vector.", nameof(lengths));
            }

            total += length;
            longest = Math.Max(longest, length);
        }

        if (lengths.Length < 1 || lengths.Length > embedder.BatchTexts)
        {
            throw new ArgumentException($"A call has 1 to {embedder.BatchTexts} texts, not {lengths.Length}.", nameof(lengths));
        }

        if (total != tokens.Length)
        {
            throw new ArgumentException($"The texts have {total} tokens together, and {tokens.Length} are given.", nameof(lengths));
        }

        if (vectors.Length != lengths.Length * embedder.Dimensions)
        {
            throw new ArgumentException($"{lengths.Length} vectors of {embedder.Dimensions} numbers do not fill {vectors.Length}.", nameof(vectors));
        }

        foreach (var token in tokens)
        {
            token.Check(embedder.Tokenizer.VocabularySize);
        }

        return longest <= embedder.ContextTokens && total <= embedder.BatchTokens;
    }

    /// <summary>Brings a vector to length 1; one of zeros stays as it is.</summary>
    /// <param name="from">[dimensions].</param>
    /// <param name="to">[dimensions].</param>
    public static void WriteUnit(ReadOnlySpan<float> from, Span<float> to)
    {
        var squares = 0.0;
        foreach (var number in from)
        {
            squares += (double)number * number;
        }

        var factor = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = (float)(from[i] * factor);
        }
    }
}
