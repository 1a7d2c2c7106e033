using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A vocabulary of numbers: for tests that speak to a model in token ids.</summary>
internal sealed class NumberedTokens(int size) : ITokenizer
{
    public int VocabularySize => size;

    public Token? BeginOfText => null;

    public IReadOnlyList<string> ControlTexts => [];

    public int MaxPieceBytes => 1;

    public void Tokenize(string text, TextKind kind, List<Token> tokens) => throw new NotSupportedException();

    public int WritePiece(Token token, Span<byte> utf8) => 0;

    public bool EndsGeneration(Token token) => false;
}
