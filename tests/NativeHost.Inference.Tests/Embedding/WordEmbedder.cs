using NativeHost.Inference.Embedding;

namespace NativeHost.Inference.Tests.Embedding;

/// <summary>
/// A model with a token for each word, begun and ended by tokens of its own, that remembers what it was given. Its vectors and scores say how many tokens a text has.
/// </summary>
/// <param name="pairs">How it wants pairs; null for an embedding model.</param>
internal sealed class WordEmbedder(PairForm? pairs = null) : IEmbedder, ITokenizer
{
    public const int Context = 20;

    private const int Words = 1000;

    public ModelCard Card { get; } = new("words", "words", "test", 1, Context, 1, 1, 0, 1, 0, null, []);

    public ITokenizer Tokenizer => this;

    public Token? BeginOfText => new Token(Words);

    public Token? EndOfText => new Token(Words + 1);

    public PairForm? Pairs => pairs;

    public int Dimensions => 1;

    public int ContextTokens => Context;

    public int BatchTexts => 4;

    public int BatchTokens => 4 * Context;

    public int Threads { get; set; } = 1;

    public int VocabularySize => Words + 2;

    public IReadOnlyList<string> ControlTexts => [];

    public int MaxPieceBytes => 1;

    /// <summary>Characters of which tokens were made, of all calls.</summary>
    public long Characters { get; private set; }

    /// <summary>Calls that made tokens.</summary>
    public List<string> Beginnings { get; } = [];

    /// <summary>The tokens of each text that was computed.</summary>
    public List<int[]> Computed { get; } = [];

    /// <summary>The token of a word.</summary>
    public static int IdOf(string word) => word.Sum(letter => letter) % Words;

    public void Tokenize(string text, TextKind kind, List<Token> tokens)
    {
        Characters += text.Length;
        Beginnings.Add(text[..Math.Min(text.Length, 20)]);
        tokens.AddRange(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new Token(IdOf(word))));
    }

    public StepOutcome Embed(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, AbortSignal abort)
    {
        var start = 0;
        for (var text = 0; text < lengths.Length; text++)
        {
            vectors[text] = lengths[text];
            Computed.Add([.. tokens.Slice(start, lengths[text]).ToArray().Select(token => token.Id)]);
            start += lengths[text];
        }

        return StepOutcome.Done;
    }

    public int WritePiece(Token token, Span<byte> utf8) => 0;

    public bool EndsGeneration(Token token) => false;

    public void Dispose()
    {
    }
}
