using NativeHost.Inference;
using NativeHost.Inference.Embedding;

namespace NativeHost.Tests.Embeddings;

/// <summary>An embedding model with a token for each character, whose vectors are the lengths of texts as an angle; a test lets its calls wait.</summary>
/// <param name="beforeCall">Runs before each call computes, on its thread; told the texts of the call.</param>
internal sealed class LetterEmbedder(Action<int> beforeCall) : IEmbedder, ITokenizer
{
    public ModelCard Card { get; } = new("letters", "letters", "llama_cpp_cpu", 100, 512, 2, 1, 0, 100, 0, null, []) { Task = ModelTask.Embeddings };

    public ITokenizer Tokenizer => this;

    public Token? BeginOfText => null;

    public Token? EndOfText => null;

    public int Dimensions => 2;

    public int ContextTokens => 512;

    public int BatchTexts => 16;

    public int BatchTokens => 512;

    public int Threads { get; set; } = 1;

    public int VocabularySize => 256;

    public IReadOnlyList<string> ControlTexts => [];

    public int MaxPieceBytes => 1;

    public StepOutcome Embed(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, AbortSignal abort)
    {
        beforeCall(lengths.Length);
        for (var text = 0; text < lengths.Length; text++)
        {
            (vectors[2 * text], vectors[(2 * text) + 1]) = VectorOf(lengths[text]);
        }

        return StepOutcome.Done;
    }

    /// <summary>The vector of a text of so many characters.</summary>
    public static (float X, float Y) VectorOf(int length) => MathF.SinCos(length / 512f);

    public void Tokenize(string text, TextKind kind, List<Token> tokens)
    {
        foreach (var letter in text)
        {
            tokens.Add(new Token(letter % VocabularySize));
        }
    }

    public int WritePiece(Token token, Span<byte> utf8)
    {
        utf8[0] = (byte)token.Id;
        return 1;
    }

    public bool EndsGeneration(Token token) => false;

    public void Dispose()
    {
    }
}

/// <summary>Loads letter embedders, whatever the path.</summary>
internal sealed class LetterLoader(Action<int> beforeCall) : IModelLoader
{
    public Task<IModelHost> LoadAsync(string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
        => Task.FromResult<IModelHost>(new EmbeddingModelHost(new LetterEmbedder(beforeCall)));
}
