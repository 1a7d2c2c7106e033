/// <summary>What each token means and how probable it is, from the words that it stands for or occurs in.</summary>
internal sealed class TokenVectors
{
    /// <summary>Numbers that are left of a vector in the end.</summary>
    public const int ReducedWidth = 52;

    /// <summary>Only so many of the most frequent words say what a piece of words means; rarer ones are mostly names.</summary>
    private const int WordsForPieces = 200_000;

    /// <summary>Of a token that no known word has.</summary>
    private const double LeastProbability = 1e-7;

    private const int CommonDirections = 2;
    private const int WordsForCommonDirections = 20_000;

    /// <summary>
    /// Which sign the largest number of each axis has in <see cref="Reduce"/>. An axis has no direction of its own; these give the vectors
    /// that the reference vectors of tests/Golden/embedding-model were computed with.
    /// </summary>
    private const string AxisSigns = "++--++--------+++++-----+-+++--+---+-+++-+---+---+--";

    private readonly Origin[] _origins;

    private TokenVectors(int count)
    {
        Vectors = [.. Enumerable.Range(0, count).Select(_ => new double[WordVectors.Width])];
        Probabilities = [.. Enumerable.Repeat(LeastProbability, count)];
        _origins = new Origin[count];
    }

    private enum Origin
    {
        None,
        Word,
        Pieces,
    }

    /// <summary>A vector for each token; zeros for one that no known word has.</summary>
    public double[][] Vectors { get; }

    /// <summary>How often a token occurs among all, about.</summary>
    public double[] Probabilities { get; }

    public int CountWords => _origins.Count(origin => origin == Origin.Word);

    public int CountPieces => _origins.Count(origin => origin == Origin.Pieces);

    public int CountUnknown => _origins.Count(origin => origin == Origin.None);

    private IEnumerable<double[]> KnownVectors => Vectors.Where((_, token) => IsKnown(token));

    private IEnumerable<double[]> VectorsOfWords => Vectors.Where((_, token) => _origins[token] == Origin.Word);

    public bool IsKnown(int token) => _origins[token] != Origin.None;

    public static TokenVectors Of(WordPieces pieces, WordVectors words)
    {
        var tokens = new TokenVectors(pieces.Count);
        var frequencies = ZipfFrequencies(words.Words.Count);
        tokens.TakeWords(pieces, words, frequencies);
        tokens.AveragePieces(pieces, words, frequencies);
        return tokens;
    }

    /// <summary>Moves the mean of all vectors to zero.</summary>
    public void Centre()
    {
        var mean = new double[WordVectors.Width];
        foreach (var vector in KnownVectors)
        {
            Add(mean, vector, 1);
        }

        var count = KnownVectors.Count();
        foreach (var vector in KnownVectors)
        {
            Add(vector, mean, -1.0 / count);
        }
    }

    /// <summary>
    /// Takes out the directions that nearly all words share: they tell frequent words from rare ones rather than meanings, and make any
    /// two texts look alike ("all but the top").
    /// </summary>
    public void RemoveCommonDirections()
    {
        foreach (var axis in PrincipalAxes.Of(VectorsOfWords.Take(WordsForCommonDirections), CommonDirections))
        {
            foreach (var vector in Vectors)
            {
                Add(vector, axis, -Product(vector, axis));
            }
        }
    }

    /// <summary>Keeps of each vector the <see cref="ReducedWidth"/> directions in which words differ most.</summary>
    public void Reduce()
    {
        var axes = PrincipalAxes.Of(VectorsOfWords, ReducedWidth);
        foreach (var (axis, sign) in axes.Zip(AxisSigns))
        {
            if (axis.MaxBy(number => Math.Abs(number)) > 0 != (sign == '+'))
            {
                Add(axis, axis, -2);
            }
        }

        for (var token = 0; token < Vectors.Length; token++)
        {
            var vector = Vectors[token];
            Vectors[token] = [.. axes.Select(axis => Product(vector, axis))];
        }
    }

    /// <summary>Gives all vectors length 1: how much a word counts is up to its probability alone.</summary>
    public void Normalize()
    {
        foreach (var vector in KnownVectors)
        {
            Add(vector, vector, (1 / Math.Sqrt(Product(vector, vector))) - 1);
        }
    }

    /// <summary>Zipf's law, as the data has no counts: the frequency of a word falls with its rank. They sum to 1.</summary>
    private static double[] ZipfFrequencies(int count)
    {
        var frequencies = Enumerable.Range(0, count).Select(rank => 1 / (rank + 2.7)).ToArray();
        var sum = frequencies.Sum();
        return [.. frequencies.Select(frequency => frequency / sum)];
    }

    /// <summary>A token that is a word has the word's own vector.</summary>
    private void TakeWords(WordPieces pieces, WordVectors words, double[] frequencies)
    {
        for (var rank = words.Words.Count - 1; rank >= 0; rank--)
        {
            // From the rarest on, so that of a word that is listed twice the more frequent one is kept.
            var word = words.Words[rank];
            if (pieces.Beginnings.TryGetValue(word, out var token))
            {
                Vectors[token] = [.. words.Vectors[word]];
                Probabilities[token] = frequencies[rank];
                _origins[token] = Origin.Word;
            }
        }
    }

    /// <summary>A token that is no word of its own has the mean of the words that it is a piece of.</summary>
    private void AveragePieces(WordPieces pieces, WordVectors words, double[] frequencies)
    {
        var counts = new int[Vectors.Length];
        for (var rank = 0; rank < Math.Min(WordsForPieces, words.Words.Count); rank++)
        {
            var word = words.Words[rank];
            if (pieces.Beginnings.ContainsKey(word))
            {
                continue;
            }

            foreach (var token in pieces.Split(word).Where(token => _origins[token] != Origin.Word))
            {
                Add(Vectors[token], words.Vectors[word], 1);
                Probabilities[token] += frequencies[rank];
                _origins[token] = Origin.Pieces;
                counts[token]++;
            }
        }

        for (var token = 0; token < counts.Length; token++)
        {
            if (counts[token] > 0)
            {
                Vectors[token] = [.. Vectors[token].Select(number => number / counts[token])];
            }
        }
    }

    private static double Product(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Adds a multiple of a vector, which may be the same one.</summary>
    private static void Add(double[] to, double[] vector, double factor)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += factor * vector[i];
        }
    }
}
