/// <summary>The rows of the token embedding: the vector of each token, how much it counts, and what fills it up.</summary>
/// <remarks>
/// BERT normalizes each row to mean 0 and variance 1 before anything else sees it, which would lose lengths. So every row gets that mean and
/// variance here, from channels that no one reads, and passes as it is.
/// </remarks>
internal static class TokenTable
{
    /// <summary>The logarithm of a weight is stored times this, so that it leaves room in the row for the vector; attention undoes it.</summary>
    public const double WeightScale = 0.5;

    /// <summary>
    /// SIF's a: a token of probability p counts a / (a + p), so that "the" says little and "guitar" a lot.
    /// </summary>
    private const double Smoothing = 1e-3;

    /// <summary>Of a token without a vector, those that begin and end a text included: as little as of the most frequent words.</summary>
    private const double UnknownLogWeight = -3;

    /// <summary>The share of a row's sum of squares that its vector gets, where the rest leaves it so much.</summary>
    private const double VectorShare = 0.45;

    /// <returns>[tokens][<see cref="Channels.Count"/>].</returns>
    public static float[][] Of(TokenVectors tokens)
    {
        var pattern = FillerPattern();
        return [.. tokens.Vectors.Select((vector, token) => Row(vector, LogWeight(tokens, token), pattern))];
    }

    private static double LogWeight(TokenVectors tokens, int token) =>
        tokens.IsKnown(token) ? Math.Log(Smoothing / (Smoothing + tokens.Probabilities[token])) : UnknownLogWeight;

    /// <summary>Numbers of mean 0 and variance 1.</summary>
    private static double[] FillerPattern()
    {
        var signs = Enumerable.Range(0, Channels.Fillers).Select(i => i % 2 == 0 ? 1.0 : -1.0).ToArray();
        var mean = signs.Average();
        var deviation = Math.Sqrt(signs.Average(sign => (sign - mean) * (sign - mean)));
        return [.. signs.Select(sign => (sign - mean) / deviation)];
    }

    private static float[] Row(double[] vector, double logWeight, double[] pattern)
    {
        // Counted from the least weight, which keeps the number small; a softmax does not see what is added to all.
        var weight = (logWeight - UnknownLogWeight) * WeightScale;
        var scale = Math.Sqrt(Channels.Count * VectorShare);
        while (true)
        {
            double[] used = [.. vector.Select(number => number * scale), weight];
            var fillerMean = -used.Sum() / Channels.Fillers;
            var left = Channels.Count - used.Sum(number => number * number) - (fillerMean * fillerMean * Channels.Fillers);
            if (left > 0)
            {
                var fillerDeviation = Math.Sqrt(left / Channels.Fillers);
                return [.. used.Select(number => (float)number), .. pattern.Select(number => (float)(fillerMean + (fillerDeviation * number)))];
            }

            // The fillers would need more than there is to bring the mean to 0: a vector that points one way in most channels.
            scale *= 0.8;
        }
    }
}
