using System.Globalization;
using NativeHost.Inference;

namespace NativeHost.BitNet.Tests.Model;

/// <summary>A vocabulary of numbers: for tests that speak to a model in token ids, or in texts that list them.</summary>
internal sealed class NumberedTokens(int size) : ITokenizer
{
    public int VocabularySize => size;

    public Token? BeginOfText => null;

    public IReadOnlyList<string> ControlTexts => [];

    public int MaxPieceBytes => 8;

    public void Tokenize(string text, TextKind kind, List<Token> tokens)
        => tokens.AddRange(text.Split(' ').Select(number => new Token(int.Parse(number, CultureInfo.InvariantCulture))));

    public int WritePiece(Token token, Span<byte> utf8) => 0;

    public bool EndsGeneration(Token token) => false;
}
