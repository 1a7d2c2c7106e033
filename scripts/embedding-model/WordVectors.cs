using System.Text.Json;

/// <summary>English words, the most frequent first, and a GloVe vector of <see cref="Width"/> numbers for each.</summary>
internal sealed record WordVectors(IReadOnlyList<string> Words, IReadOnlyDictionary<string, double[]> Vectors)
{
    public const int Width = 100;

    /// <summary>Reads the package's file: {"words": [word, …], "vectors": {word: [vector, its length, its place in words], …}, …}.</summary>
    public static WordVectors Read(ReadOnlySpan<byte> json)
    {
        List<string> words = [];
        Dictionary<string, double[]> vectors = [];
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "words":
                    words = ReadWords(ref reader);
                    break;
                case "vectors":
                    vectors = ReadVectors(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(words, vectors);
    }

    private static List<string> ReadWords(ref Utf8JsonReader reader)
    {
        List<string> words = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            words.Add(reader.GetString()!);
        }

        return words;
    }

    private static Dictionary<string, double[]> ReadVectors(ref Utf8JsonReader reader)
    {
        Dictionary<string, double[]> vectors = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var vector = vectors[reader.GetString()!] = new double[Width];
            reader.Read();
            for (var i = 0; reader.Read() && reader.TokenType == JsonTokenType.Number; i++)
            {
                if (i < Width)
                {
                    vector[i] = reader.GetDouble();
                }
            }
        }

        return vectors;
    }
}
